internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// One part of the page for each user: what is the matter, what was done, and when what happens.
extension HTMLReport {
  var users: String {
    guard !report.users.isEmpty else { return "" }
    let parts = report.users.enumerated().map { user($0.element, $0.offset + 1) }
    return """
      <section aria-labelledby="users">
      <h2 id="users">Timelines</h2>
      \(scale == nil ? "" : TimelineLegend.list)
      \(report.users.count > 1 ? policy(commonPolicy) : "")
      \(parts.joined(separator: "\n"))
      </section>
      """
  }

  private func user(_ user: UserReport, _ number: Int) -> String {
    let (word, state) = Self.state(user)
    let parts = [
      """
      <article aria-labelledby="u\(number)">
      <div class="head"><h3 id="u\(number)">\(HTMLText.escaped(user.user))</h3>\
      <span class="state \(state)">\(word)</span></div>
      """,
      report.users.count > 1 && user.policy == commonPolicy ? "" : policy(user.policy),
      session(user),
      list(user.findings.map { note($0) }), list(user.steps.map { note($0) }),
      figure(user, number), "</article>",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// In a word, and the class that colours it.
  private static func state(_ user: UserReport) -> (String, String) {
    let severities = user.findings.map(\.severity)
    if severities.contains(.failed) { return ("failed", "failed") }
    if severities.contains(.act) { return ("needs somebody to act", "act") }
    if user.steps.contains(where: { $0.result == .due }) { return ("due", "due") }
    if user.steps.contains(where: { $0.result == .done }) { return ("changed", "done") }
    return ("nothing to do", "well")
  }

  private func list(_ entries: [String]) -> String {
    entries.isEmpty ? "" : "<ul class=\"notes\">\n\(entries.joined(separator: "\n"))\n</ul>"
  }

  private func note(_ step: StepReport) -> String {
    let request = step.requestId.map {
      " <span class=\"more\">(request <code>\(HTMLText.escaped($0))</code>)</span>"
    }
    return "<li class=\"\(step.result.rawValue)\"><span class=\"word\">\(step.result.word)</span> "
      + "\(HTMLText.sentence(step.text))\(request ?? "")<br><span class=\"more\">because "
      + "\(HTMLText.sentence(step.reason))</span></li>"
  }

  /// The policy of the most users is said once.
  private var commonPolicy: PolicyReport? {
    let policies = report.users.compactMap(\.policy)
    return policies.max { one, other in
      policies.count { $0 == one } < policies.count { $0 == other }
    }
  }

  private func policy(_ policy: PolicyReport?) -> String {
    guard let policy else { return "" }
    func words(_ seconds: Double) -> String { Duration.seconds(seconds).inWords }
    return """
      <p class="policy">Rotated every \(words(policy.rotateEvery)), then grace \
      \(words(policy.gracePeriod)) and soak \(words(policy.soakPeriod)); quiet is \
      \(words(policy.quietPeriod)) without use; no key older than \(words(policy.maxKeyAge)).</p>
      """
  }

  private func session(_ user: UserReport) -> String {
    user.session.map { session in
      let words = HTMLText.escaped(session.inWords(at: report.at))
      return "<p class=\"policy\">MFA session: \(words)</p>"
    } ?? ""
  }

  // MARK: The timeline and its dates

  private func figure(_ user: UserReport, _ number: Int) -> String {
    guard let scale, !user.keys.isEmpty else { return "" }
    let name = HTMLText.escaped(user.user)
    let drawing = TimelineDrawing(scale: scale, keys: user.keys)
      .svg(label: "Timeline of the keys of \(name)", list: "d\(number)")
    let retiring = user.keys.filter { $0.role == "retiring" }
    let closer = scale.closer(to: retiring).map { scale in
      "\n<p class=\"closer\">The same, closer: grace and soak</p>\n"
        + TimelineDrawing(scale: scale, keys: retiring)
        .svg(label: "The retiring keys of \(name), closer", list: "d\(number)")
    }
    let lives = user.keys.map { life($0, at: scale.now) }.joined(separator: "\n")
    return """
      <figure>
      \(drawing)\(closer ?? "")
      <dl class="lives" id="d\(number)">
      \(lives)
      </dl>
      </figure>
      """
  }

  /// The drawing in words, in the order of time.
  private func life(_ key: KeyReport, at now: Date) -> String {
    var moments: [(Date, String, Bool)] = []
    // First, since what follows the grace may come in the same minute.
    // A compromised key has none.
    if key.role == "retiring", let date = key.graceEndsAt, key.deactivatedAt ?? date >= date {
      moments.append((date, date > now ? "grace until" : "grace over", date > now))
    }
    moments += KeyTimeline(key, at: now).marks.map { mark in
      (mark.at, mark.event.words(isPlanned: mark.isPlanned), mark.isPlanned)
    }
    let items = moments.sorted { $0.0 < $1.0 }.map { date, words, isPlanned in
      "<li\(isPlanned ? " class=\"planned\"" : "")>\(words) \(HTMLText.time(date))</li>"
    }
    return "<dt><code>\(HTMLText.escaped(key.accessKeyId))</code></dt>"
      + "<dd><p class=\"why\">\(HTMLText.sentence("\(key.role); \(key.reason)"))</p>"
      + "<ol>\(items.joined(separator: " "))</ol></dd>"
  }
}
