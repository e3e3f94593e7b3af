internal import ArgumentParser

/// The forms of a short answer.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}
