internal import FoundationEssentials
internal import RotationPlanner

/// The time axis that all timelines of a report share, so that they can be compared.
struct TimelineScale {
  struct Tick: Equatable {
    var at: Date
    var label: String
    /// Where the label is of a month: said with the first one of each year.
    var year: Int?
  }

  let start: Date
  let end: Date
  let now: Date

  /// Nil where AWS gave no time or nobody has a key.
  init?(_ report: Report) {
    guard let now = report.at else { return nil }
    let lives = report.users.flatMap { user in user.keys.map { KeyTimeline($0, at: now) } }
    let dates = lives.flatMap { life in
      life.marks.filter { $0.event != .overdue }.map(\.at)
        + life.bands.flatMap { [$0.from, $0.to] }
    }
    guard let first = dates.min(), let last = dates.max() else { return nil }
    // A key of many years would squeeze all else into a corner: the axis begins later then, and
    // the drawing says that the key is older.
    let policies = report.users.compactMap(\.policy)
    let longest = policies.map(\.maxKeyAge).max() ?? Duration.days(100).inSeconds
    let farthest = policies.map { $0.rotateEvery + $0.gracePeriod + $0.soakPeriod }.max() ?? longest
    let from = max(first, now.addingTimeInterval(-1.6 * longest))
    let to = min(max(last, now), now.addingTimeInterval(1.6 * max(longest, farthest)))
    let margin = max((to - from).inSeconds * 0.02, 60)
    self.now = now
    start = from.addingTimeInterval(-margin)
    end = to.addingTimeInterval(margin)
  }

  private init(from: Date, to: Date, now: Date) {
    let margin = (to - from).inSeconds * 0.03
    self.now = now
    start = from.addingTimeInterval(-margin)
    end = to.addingTimeInterval(margin)
  }

  /// A scale on which grace and soak of these keys fill the width; nil where they have room here.
  func closer(to keys: [KeyReport]) -> TimelineScale? {
    let dates = keys.flatMap { key in
      [key.supersededAt ?? key.deactivatedAt, key.soakEndsAt, key.next?.at].compactMap(\.self)
    }
    guard let first = (dates + [now]).min(), let last = (dates + [now]).max(), !dates.isEmpty,
      last > first, (last - first).inSeconds < 0.4 * (end - start).inSeconds
    else { return nil }
    return TimelineScale(from: first, to: last, now: now)
  }

  /// From 0 to 1; what lies beyond is at the edge.
  func place(_ date: Date) -> Double {
    min(max((date - start).inSeconds / (end - start).inSeconds, 0), 1)
  }

  func isBefore(_ date: Date) -> Bool { date < start }

  // MARK: Ticks

  /// At most ten, at round moments.
  var ticks: [Tick] {
    let span = (end - start).inSeconds
    for step in Step.allCases where span / step.seconds <= 10 {
      return ticks(step)
    }
    return []
  }

  private enum Step: CaseIterable {
    case minute, fiveMinutes, quarter, hour, threeHours, sixHours, halfDay, day, twoDays, week
    case fortnight, month, quarterYear, year

    var seconds: Double {
      switch self {
      case .minute: 60
      case .fiveMinutes: 300
      case .quarter: 900
      case .hour: 3600
      case .threeHours: 3 * 3600
      case .sixHours: 6 * 3600
      case .halfDay: 12 * 3600
      case .day: 86400
      case .twoDays: 2 * 86400
      case .week: 7 * 86400
      case .fortnight: 14 * 86400
      case .month: 30 * 86400
      case .quarterYear: 91 * 86400
      case .year: 365 * 86400
      }
    }

    var months: Int? {
      switch self {
      case .month: 1
      case .quarterYear: 3
      case .year: 12
      default: nil
      }
    }
  }

  private func ticks(_ step: Step) -> [Tick] {
    var ticks: [Tick] = []
    var date = step.months.map { firstMonth(every: $0) } ?? firstMoment(every: step.seconds)
    while date <= end, ticks.count < 40 {
      if date >= start { ticks.append(tick(date, step)) }
      date =
        step.months.map { Self.month(after: date, by: $0) } ?? date + .seconds(Int(step.seconds))
    }
    return ticks
  }

  /// Weeks begin on Mondays, as the fifth of January 1970 was.
  private func firstMoment(every seconds: Double) -> Date {
    let origin = seconds >= 7 * 86400 ? 4 * 86400.0 : 0
    let count = ((start.timeIntervalSince1970 - origin) / seconds).rounded(.up)
    return Date(timeIntervalSince1970: origin + count * seconds)
  }

  private static var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }

  private func firstMonth(every months: Int) -> Date {
    let parts = Self.calendar.dateComponents([.year, .month], from: start)
    var first = DateComponents(year: parts.year, month: (parts.month ?? 1) - 1)
    first.month = (first.month ?? 0) / months * months + 1
    return Self.calendar.date(from: first) ?? end
  }

  private static func month(after date: Date, by months: Int) -> Date {
    calendar.date(byAdding: .month, value: months, to: date) ?? .distantFuture
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private func tick(_ date: Date, _ step: Step) -> Tick {
    let parts = Self.calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
    guard let year = parts.year, let month = parts.month, let day = parts.day,
      let hour = parts.hour, let minute = parts.minute
    else { return Tick(at: date, label: "") }
    let name = Self.months[(month - 1) % 12]
    if step.months != nil { return Tick(at: date, label: name, year: year) }
    if step.seconds >= 86400 || hour == 0 && minute == 0 {
      return Tick(at: date, label: "\(day) \(name)")
    }
    return Tick(at: date, label: "\(hour):\(minute < 10 ? "0" : "")\(minute)")
  }
}
