internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The table of all keys.
extension HTMLReport {
  var keys: String {
    let rows = report.users.enumerated().flatMap { index, user in
      user.keys.isEmpty
        ? [emptyRow(user, index)] : user.keys.map { row($0, of: user, index) }
    }
    guard !rows.isEmpty else { return "" }
    return """
      <section aria-labelledby="overview">
      <h2 id="overview">Keys</h2>
      <div class="wide" role="region" aria-label="The table of keys" tabindex="0">
      <table id="keys">
      <caption class="unseen">Every key of every user, with its age and its next step</caption>
      <thead><tr><th scope="col">User</th><th scope="col" class="minor">Key</th>\
      <th scope="col" class="minor">Role</th><th scope="col">Age</th>\
      <th scope="col">Next step</th><th scope="col">When</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      <p id="sorted" class="unseen" role="status"></p>
      </section>
      """
  }

  private func row(_ key: KeyReport, of user: UserReport, _ index: Int) -> String {
    let next = key.next
    let isDue = next?.at.flatMap { date in report.at.map { date <= $0 } } ?? false
    let when: String
    if let date = next?.at, let now = report.at, !isDue {
      when =
        "\(HTMLText.time(date)) <span class=\"soft minor\">"
        + "\(HTMLText.distance(date, from: now))</span>"
    } else {
      when = isDue ? "now" : next == nil ? "" : "waits"
    }
    // What has no date comes after all that has one.
    let sort = next?.at.map { Int($0.timeIntervalSince1970) } ?? Int(Int32.max) * 8
    let status = key.status == "Active" ? "" : ", \(HTMLText.escaped(key.status))"
    return """
      <tr><th scope="row"><a href="#u\(index + 1)">\(HTMLText.escaped(user.user))</a></th>\
      <td class="minor"><code>\(HTMLText.escaped(key.accessKeyId))</code></td>\
      <td class="minor">\(HTMLText.escaped(key.role))\(status)</td>\
      <td class="number" data-sort="\(Int(key.createdAt.timeIntervalSince1970) * -1)">\
      \(age(key, user.policy))</td><td>\(HTMLText.escaped(next?.action ?? ""))</td>\
      <td data-sort="\(sort)">\(when)</td></tr>
      """
  }

  /// A user without a key, or one that could not be looked at: then nobody knows.
  private func emptyRow(_ user: UserReport, _ index: Int) -> String {
    let step = user.steps.first
    let age = user.findings.contains { $0.severity == .failed } ? "?" : "none"
    let action = step.map { HTMLText.escaped($0.action) } ?? ""
    let when = step?.result == .due ? "now" : ""
    return """
      <tr><th scope="row"><a href="#u\(index + 1)">\(HTMLText.escaped(user.user))</a></th>\
      <td class="minor"></td><td class="minor">\(user.isUnreadable ? UserReport.unreadable : "")</td>\
      <td class="number" data-sort="1">\(age)</td>\
      <td>\(action)</td><td data-sort="\(step == nil ? Int(Int32.max) * 8 : 0)">\(when)</td></tr>
      """
  }

  /// In days, and drawn as a share of the largest age that the policy allows.
  private func age(_ key: KeyReport, _ policy: PolicyReport?) -> String {
    let days = key.ageDays.map { $0 == 0 ? "&lt;1 d" : "\($0) d" } ?? ""
    let words = "<span class=\"days\">\(days)</span>"
    guard let policy, policy.maxKeyAge > 0, let now = report.at else { return words }
    let age = (now - key.createdAt).inSeconds
    let share = HTMLText.percent(min(max(age / policy.maxKeyAge, 0), 1))
    let due = HTMLText.percent(min(policy.rotateEvery / policy.maxKeyAge, 1))
    let state =
      key.role != "published"
      ? "" : age > policy.maxKeyAge ? " overdue" : age >= policy.rotateEvery ? " due" : " published"
    return """
      \(words)<svg class="age" aria-hidden="true"><rect class="track" y="3" width="100%" \
      height="2"/><rect class="past\(state)" y="1" width="\(share)" height="6"/>\
      <line class="tick" x1="\(due)" x2="\(due)" y1="0" y2="8"/></svg>
      """
  }
}
