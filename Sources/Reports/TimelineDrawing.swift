internal import RotationPlanner
internal import struct FoundationEssentials.Date

/// The timeline of keys as SVG. Widths are shares of whatever width there is, heights
/// and letters are fixed: it is as readable on a phone as on a wall.
struct TimelineDrawing {
  let scale: TimelineScale
  let keys: [KeyReport]

  private static let lane = 46
  private static let bar = 10
  private static let foot = 22

  private var height: Int { keys.count * Self.lane + Self.foot }

  /// `label` names it, `list` is the id of the element that says the same in words.
  func svg(label: String, list: String) -> String {
    let parts = [
      "<svg class=\"line\" role=\"img\" aria-label=\"\(label)\" aria-describedby=\"\(list)\" "
        + "width=\"100%\" height=\"\(height)\">",
      axis, keys.enumerated().map { lane($0.element, at: $0.offset * Self.lane) }.joined(),
      "</svg>",
    ]
    return parts.joined(separator: "\n")
  }

  // MARK: Axis

  private var axis: String {
    let now = scale.place(scale.now)
    let bottom = height - Self.foot
    var text = ""
    var year: Int?
    for (index, tick) in scale.ticks.enumerated() {
      let place = scale.place(tick.at)
      let x = HTMLText.percent(place)
      text += "<line class=\"grid\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"\(bottom)\"/>"
      let distance = abs(place - now)
      guard distance > 0.05, place > 0.03, place < 0.96 else { continue }
      // On a phone, every second one has room.
      let isSpare = index % 2 == 1 || distance < 0.13 || place < 0.08 || place > 0.9
      let label = tick.label + (tick.year == year ? "" : tick.year.map { " \($0)" } ?? "")
      year = tick.year
      text +=
        "<text class=\"tick\(isSpare ? " spare" : "")\" x=\"\(x)\" y=\"\(height - 6)\">"
        + "\(label)</text>\n"
    }
    let x = HTMLText.percent(now)
    let anchor = now < 0.05 ? "start" : now > 0.95 ? "end" : "middle"
    return text
      + "<line class=\"now\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"\(bottom + 6)\"/>"
      + "<text class=\"nowword\" text-anchor=\"\(anchor)\" x=\"\(x)\" y=\"\(height - 6)\">"
      + "now</text>"
  }

  // MARK: Lanes

  private func lane(_ key: KeyReport, at top: Int) -> String {
    let life = KeyTimeline(key, at: scale.now)
    let middle = top + 31
    let words = HTMLText.escaped("\(key.role), \(key.status)")
    var text =
      "\n<text class=\"id\" y=\"\(top + 15)\">\(HTMLText.escaped(key.accessKeyId))"
      + "<tspan class=\"role\" dx=\"8\">\(words)</tspan></text>\n"
    text += life.bands.map { band($0, middle) }.joined()
    if scale.isBefore(key.createdAt) {
      text +=
        "<path class=\"older\" transform=\"translate(0 \(middle))\" d=\"M7-5L1 0L7 5\">"
        + "<title>created \(key.createdAt.inWords)</title></path>"
    }
    text += life.marks.map { mark($0, middle) }.joined()
    return text
  }

  private func band(_ band: KeyTimeline.Band, _ middle: Int) -> String {
    let from = scale.place(band.from)
    let width = scale.place(band.to) - from
    guard width > 0 else { return "" }
    let words =
      "\(band.stage.words)\(band.isPlanned ? ", planned" : ""), "
      + "\(band.from.inWords) to \(band.to.inWords)"
    return Self.rect(
      band.stage, isPlanned: band.isPlanned, x: HTMLText.percent(from),
      width: HTMLText.percent(width), middle: middle, title: words) + "\n"
  }

  /// What came before this program's time is a thin line.
  static func rect(
    _ stage: KeyTimeline.Stage, isPlanned: Bool = false, x: String, width: String, middle: Int,
    title: String? = nil
  ) -> String {
    let height = stage == .earlier ? 3 : bar
    let words = title.map { "<title>\($0)</title>" } ?? ""
    return "<rect class=\"\(stage.rawValue)\(isPlanned ? " planned" : "")\" x=\"\(x)\" "
      + "width=\"\(width)\" y=\"\(middle - height / 2)\" height=\"\(height)\">\(words)</rect>"
  }

  private func mark(_ mark: KeyTimeline.Mark, _ middle: Int) -> String {
    guard mark.at >= scale.start, mark.at <= scale.end else { return "" }
    let planned = mark.isPlanned ? " planned" : ""
    return "<svg overflow=\"visible\" x=\"\(HTMLText.percent(scale.place(mark.at)))\" "
      + "y=\"\(middle)\"><g class=\"mark \(mark.event.rawValue)\(planned)\">\(mark.event.shape)"
      + "<title>\(mark.event.words(isPlanned: mark.isPlanned)) \(mark.at.inWords)</title></g></svg>\n"
  }
}

extension KeyTimeline.Stage {
  var words: String {
    switch self {
    case .earlier: "before rotate published or superseded it"
    case .published: "published"
    case .grace: "grace period"
    case .held: "still Active after its grace"
    case .soak: "soak, Inactive"
    case .foreign: "not this program’s"
    }
  }
}

extension KeyTimeline.Event {
  /// Around the origin, some 8 units wide.
  var shape: String {
    switch self {
    case .created: "<path d=\"M0-8V8\"/>"
    case .published: "<circle r=\"4.5\"/>"
    case .superseded: "<path d=\"M-3-6L3 0L-3 6\"/>"
    case .deactivated: "<rect x=\"-4\" y=\"-4\" width=\"8\" height=\"8\"/>"
    case .used: "<path d=\"M0 7L4 13H-4Z\"/>"
    case .due: "<path d=\"M0-6L-4.5-14H4.5Z\"/>"
    case .overdue: "<path d=\"M0-13V8\"/>"
    case .deleted: "<path d=\"M-4-4L4 4M4-4L-4 4\"/>"
    }
  }

  func words(isPlanned: Bool) -> String {
    switch self {
    case .created: "created"
    case .published: "published"
    case .superseded: "superseded"
    case .deactivated: isPlanned ? "to be made Inactive" : "made Inactive"
    case .used: "last used"
    case .due: isPlanned ? "due for rotation" : "due for rotation since"
    case .overdue: isPlanned ? "too old from" : "too old since"
    case .deleted: isPlanned ? "to be deleted" : "deleted"
    }
  }
}
