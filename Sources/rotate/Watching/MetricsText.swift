/// Samples in Prometheus's text format, read from and written to one file.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
struct MetricsText: Equatable {
  typealias Labels = [String: String]

  private(set) var samples: [Metric: [Labels: Double]] = [:]

  init() {}

  subscript(_ metric: Metric, _ labels: Labels) -> Double? {
    get { samples[metric]?[labels] }
    set { samples[metric, default: [:]][labels] = newValue }
  }

  mutating func add(_ value: Int, to metric: Metric, _ labels: Labels) {
    guard value > 0 else { return }
    self[metric, labels] = (self[metric, labels] ?? 0) + Double(value)
  }

  /// Forgets what isn't to be kept.
  mutating func keep(where isKept: (Metric, Labels) -> Bool) {
    for (metric, series) in samples {
      samples[metric] = series.filter { isKept(metric, $0.key) }
    }
  }

  // MARK: Writing

  /// Sorted, so that equal samples are equal bytes.
  var text: String {
    var lines: [String] = []
    for metric in Metric.allCases {
      guard let series = samples[metric], !series.isEmpty else { continue }
      lines.append("# HELP \(metric.rawValue) \(metric.help)")
      lines.append("# TYPE \(metric.rawValue) \(metric.isCounter ? "counter" : "gauge")")
      lines += series.map { "\(metric.rawValue)\(Self.written($0.key)) \(Self.written($0.value))" }
        .sorted()
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func written(_ labels: Labels) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value))\"" }
    return "{\(pairs.joined(separator: ","))}"
  }

  private static func written(_ value: Double) -> String {
    value.rounded() == value && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
  }

  // MARK: Reading

  /// What this program wrote before. A line that it doesn't know is left out.
  init(reading text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      var rest = line[...]
      let name = rest.prefix { $0 != "{" && $0 != " " }
      guard let metric = Metric(rawValue: String(name)) else { continue }
      rest = rest.dropFirst(name.count)
      guard let labels = Self.labels(&rest), rest.first == " ",
        let value = Double(rest.dropFirst()), value.isFinite
      else { continue }
      self[metric, labels] = value
    }
  }

  private static func labels(_ rest: inout Substring) -> Labels? {
    guard rest.first == "{" else { return [:] }
    rest.removeFirst()
    var labels: Labels = [:]
    while let first = rest.first, first != "}" {
      if first == "," { rest.removeFirst() }
      let name = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(name.count)
      guard rest.hasPrefix("=\"") else { return nil }
      rest = rest.dropFirst(2)
      var value = ""
      while let character = rest.popFirst(), character != "\"" {
        guard character == "\\" else {
          value.append(character)
          continue
        }
        guard let escape = rest.popFirst() else { return nil }
        value.append(escape == "n" ? "\n" : escape)
      }
      labels[String(name)] = value
    }
    guard rest.first == "}" else { return nil }
    rest.removeFirst()
    return labels
  }
}
