/// What the stretches and marks of a timeline mean.
enum TimelineLegend {
  static let list: String = {
    let stages = KeyTimeline.Stage.allCases.map { stage in
      item(TimelineDrawing.rect(stage, x: "0", width: "26", middle: 8), stage.words)
    }
    let planned = item(
      "<rect class=\"published planned\" width=\"26\" y=\"3\" height=\"10\"/>",
      "dashed and pale: planned")
    let events = KeyTimeline.Event.allCases.map { event in
      item(
        "<g class=\"mark \(event.rawValue)\" transform=\"translate(13 \(event.middle))\">\(event.shape)</g>",
        event.legend)
    }
    let now = item("<path class=\"now\" d=\"M13 0V16\"/>", "now")
    return "<ul class=\"legend\" aria-label=\"Legend\">\n"
      + (stages + [planned] + events + [now]).joined(separator: "\n") + "\n</ul>"
  }()

  private static func item(_ drawing: String, _ words: String) -> String {
    "<li><svg width=\"26\" height=\"16\" aria-hidden=\"true\">\(drawing)</svg>\(words)</li>"
  }
}

extension KeyTimeline.Event {
  /// Some stand above the line and one below it; here all stand in the middle.
  fileprivate var middle: Int {
    switch self {
    case .due: 18
    case .overdue: 10
    case .used: -2
    case .created, .published, .superseded, .deactivated, .deleted: 8
    }
  }

  fileprivate var legend: String {
    switch self {
    case .created: "creation"
    case .published: "publication"
    case .superseded: "superseded by another"
    case .deactivated: "made Inactive"
    case .used: "last use"
    case .due: "due for rotation"
    case .overdue: "too old from here"
    case .deleted: "deletion"
    }
  }
}
