internal import Reports
internal import ArgumentParser
internal import Glibc

/// What may break a running build is explained and asked for, unless a script says `--yes`.
enum Confirmation {
  /// To be called before anything else is done: a script that forgot `--yes` must not hang.
  static func demandTerminal(_ what: String) throws {
    guard isatty(STDIN_FILENO) == 1, Console.errorIsTerminal else {
      throw ValidationError(
        "\(what) may break running builds, so it asks first, and there is no terminal to ask on. "
          + "See what it would do with --dry-run; --yes does it without asking")
    }
  }

  /// Shows the plan and asks the question. Anything but `yes` is a no.
  static func ask(_ question: String, _ plan: Report) throws {
    var plan = plan
    plan.summary = "This is what would be done. Nothing has been changed yet."
    let style = TextStyle(
      descriptor: STDERR_FILENO, environment: ConnectionOptions.environment)
    Console.error(ReportFormat.text.render(plan, style: style))
    Console.write(Array("\(question) Only \"yes\" does it: ".utf8), STDERR_FILENO)
    let answer = readLine()?.lowercased()
    guard answer == "yes" else {
      Console.error("Nothing was changed.")
      throw ExitCode(1)
    }
  }
}
