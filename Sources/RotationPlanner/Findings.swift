/// What a plan says, and the values that it says it of (key ids, times, pauses), are part of what
/// this module speaks.
@_exported public import Findings
