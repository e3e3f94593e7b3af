import RotationExecutor
import RotationPlanner

import struct FoundationEssentials.Date

/// The record and its history.
enum Records {
  static func read(_ input: [UInt8]) throws(BrokenPromise) {
    let text = String(decoding: input, as: UTF8.self)
    switch RecordDocument.read(text) {
    case .damaged(let reason): try BrokenPromise.unless(!reason.isEmpty, "damaged without words")
    case .newerSchema(let schema):
      try BrokenPromise.unless(schema > RecordDocument.schema, "schema \(schema) is not newer")
    case .document(let document):
      try BrokenPromise.unless(text.utf8.count <= 4_096, "longer than a parameter can be")
      try judge(document)
      let written = String(decoding: document.encoded(), as: UTF8.self)
      // A record with spaces left out may only become shorter, except by what escapes add.
      guard written.utf8.count <= 4_096 else { return }
      try BrokenPromise.unless(
        RecordDocument.read(written) == .document(document), "written, it reads as another")
    }
  }

  /// Whatever a run does with a record that was accepted must be possible.
  private static func judge(_ document: RecordDocument) throws(BrokenPromise) {
    let state = document.state
    var dates = state.retiring.flatMap { [$0.supersededAt, $0.deactivatedAt, $0.provenAt] }
    if let published = state.published {
      dates += [published.createdAt, published.publishedAt, published.provenAt]
    }
    dates.append(document.inFlight?.startedAt)
    for date in dates.compactMap(\.self) { try Times.judge(date) }
    try BrokenPromise.unless((0...1 << 53).contains(state.generation), "a generation out of range")
  }

  /// A line is a version: its first byte, the minutes since the one before; the rest, the value.
  static func replay(_ input: [UInt8]) throws(BrokenPromise) {
    var at = Date(timeIntervalSince1970: 1_800_000_000)
    var versions: [RecordVersion] = []
    for line in input.split(separator: UInt8(ascii: "\n")).prefix(100) {
      at = at + .seconds(60 * Int(line.first ?? 0))
      var document: RecordDocument?
      let text = String(decoding: line.dropFirst(), as: UTF8.self)
      if case .document(let read) = RecordDocument.read(text) { document = read }
      versions.append(RecordVersion(number: versions.count + 1, at: at, document: document))
    }
    for count in 0...versions.count { try judge(Array(versions.prefix(count))) }
  }

  private static func judge(_ versions: [RecordVersion]) throws(BrokenPromise) {
    let replay = LeaseReplay(versions)
    let states = versions.filter { $0.document.map { $0.inFlight == nil } ?? false }
    let intents = versions.filter { $0.document?.inFlight != nil }
    try BrokenPromise.unless(
      replay.stateVersion == nil || states.contains { $0.number == replay.stateVersion },
      "the state is no version that is a state")
    for holder in replay.before + [replay.holder].compactMap(\.self) {
      let intent = intents.first { $0.number == holder.version }
      try BrokenPromise.unless(
        intent?.document?.inFlight?.runId == holder.run.runId, "a holder that put no intent")
      try BrokenPromise.unless(
        holder.version > replay.stateVersion ?? 0, "a holder from before the state")
    }
    try BrokenPromise.unless(
      replay.holder != nil || replay.before.isEmpty, "somebody held the lease before nobody")
    _ = replay.unfinished(except: replay.holder?.run.runId)
  }
}
