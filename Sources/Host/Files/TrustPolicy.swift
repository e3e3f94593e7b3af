package import Glibc

/// Who could have written what stands at a path, besides root and the user whose file it is to be.
///
/// A file is as safe as the directories on the way to it: whoever may write one of those can put
/// another file there. So every step up to `/` is looked at, those of symbolic links too, as sshd and
/// sudo do. Some others do no harm, and are passed over, but where the policy is strict: whoever
/// called sudo and so chose the file; a group that is one user's alone; owners whom a user namespace
/// hides; whoever mounted a directory read-only; and in a sticky directory those who can't replace
/// what is there.
package struct TrustPolicy: Sendable {
  /// How far from its end a path is strict.
  package enum Strictness: Sendable, Comparable {
    case nowhere
    /// The file itself.
    case file
    /// The file, and the directory that it stands in.
    case folder
  }

  /// Whose file it is, besides root's.
  private let user: uid_t
  private let strictness: Strictness

  package init(for user: uid_t = geteuid(), strict: Strictness = .nowhere) {
    self.user = user
    strictness = strict
  }

  /// What is weakest about a file; nil where only root and this user can change what is read there,
  /// and where there is no such file.
  /// - Parameter isToBeMade: where there is none yet, the directory counts in which it would stand.
  package func weakness(of path: String, isToBeMade: Bool = false) -> TrustWeakness? {
    var walk = PathWalk(path)
    while let step = walk.next() {
      let isStrict = strictness == .folder && walk.end != nil
      if let weakness = weakness(ofDirectory: step.directory, holding: step.entry, isStrict) {
        return weakness
      }
    }
    if isToBeMade, let place = walk.lackedBy,
      let weakness = weakness(ofDirectory: place, holding: nil, strictness == .folder)
    {
      return weakness
    }
    guard let end = walk.end, end.status.st_mode & S_IFMT == S_IFREG else { return nil }
    return weakness(ofFile: end.status, at: end.path)
  }

  /// The same of the file alone, as it was opened.
  package func weakness(ofFile status: stat, at path: String) -> TrustWeakness? {
    let isStrict = strictness >= .file
    if !isTrusted(status.st_uid, isStrict) { return .owner(path, status.st_uid) }
    guard isWritable(status, isStrict) else { return nil }
    return .writable(path, status.st_mode, isDirectory: false)
  }

  private func weakness(
    ofDirectory directory: PathWalk.Place, holding entry: PathWalk.Place?, _ isStrict: Bool
  ) -> TrustWeakness? {
    let status = directory.status
    if !isTrusted(status.st_uid, isStrict) { return .owner(directory.path, status.st_uid) }
    guard isWritable(status, isStrict) else { return nil }
    if !isStrict {
      if Self.isOfTheSystemsLogger(directory) { return nil }
      // As in /tmp: what is there, nobody but its owner can move or replace.
      if status.st_mode & S_ISVTX != 0 {
        guard let entry, !isTrusted(entry.status.st_uid, false) else { return nil }
        return .owner(entry.path, entry.status.st_uid)
      }
      // Whoever mounted it so, as containers get their configuration, answers for what is in it.
      if Mounts.isReadOnlyMount(directory.path) { return nil }
    }
    return .writable(directory.path, status.st_mode, isDirectory: true)
  }

  /// Ubuntu opens /var/log to the group of its logger. That can move a log there away, but can't put
  /// one in its place that belongs to root or to this user.
  private static func isOfTheSystemsLogger(_ directory: PathWalk.Place) -> Bool {
    directory.path == "/var/log" && directory.status.st_mode & S_IWOTH == 0
  }

  /// Root, the user, and whoever called sudo: that person has chosen the file.
  private func isTrusted(_ owner: uid_t, _ isStrict: Bool) -> Bool {
    if owner == 0 || owner == user { return true }
    if isStrict { return false }
    if geteuid() == 0, let caller = getenv("SUDO_UID").flatMap({ uid_t(String(cString: $0)) }) {
      return owner == caller
    }
    // In a user namespace the owners from outside, root too, can't be told apart.
    return owner == Mounts.nobody && Mounts.isInUserNamespace
  }

  private func isWritable(_ status: stat, _ isStrict: Bool) -> Bool {
    if status.st_mode & S_IWOTH != 0 { return true }
    return status.st_mode & S_IWGRP != 0 && (isStrict || !isPrivate(status.st_gid))
  }

  /// Whether a group is one user's alone, of the same name, as Debian and its like make them: with
  /// their umask of 002 everything that a person writes is open to that group.
  private func isPrivate(_ group: gid_t) -> Bool {
    Set([0, user]).contains { user in
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var buffer = [CChar](repeating: 0, count: 16 << 10)
      guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil,
        entry.pw_gid == group, let name = entry.pw_name.map({ String(cString: $0) })
      else { return false }
      return Self.members(of: group, named: name)?.allSatisfy { $0 == name } ?? false
    }
  }

  /// Nil where the group has another name.
  private static func members(of group: gid_t, named name: String) -> [String]? {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 64 << 10)
    guard getgrgid_r(group, &entry, &buffer, buffer.count, &found) == 0, found != nil,
      entry.gr_name.map({ String(cString: $0) }) == name
    else { return nil }
    var members: [String] = []
    var next = entry.gr_mem
    while let member = next?.pointee {
      members.append(String(cString: member))
      next = next?.successor()
    }
    return members
  }
}
