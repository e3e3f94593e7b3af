import RotationExecutor
import RotationPlanner
import Testing
import Configuration

@Suite("Whom a run is about")
struct UserSelectionTests {
  final class Directory: IAMDirectory {
    var groups: [String: [IAMUser]] = [:]
    var everybody: [IAMUser] = []
    var failing: Set<IAMListing> = []
    var listings = 0

    private static let unanswered = Finding.call(
      .failed(operation: "ListUsers", said: "no answer", requestId: nil, .none))

    func users(in listings: [IAMListing]) -> [Result<[IAMUser], CommandFailure>] {
      self.listings += listings.count
      return listings.map { listing in
        if failing.contains(listing) {
          return .failure(CommandFailure(Self.unanswered))
        }
        return switch listing {
        case .group(let name): .success(groups[name] ?? [])
        case .path(let path): .success(everybody.filter { $0.path.hasPrefix(path) })
        }
      }
    }

    func user(_ name: String) throws(CommandFailure) -> IAMUser {
      guard let user = everybody.first(where: { $0.name == name }) else {
        throw CommandFailure(Self.unanswered)
      }
      return user
    }
  }

  private let directory = Directory()

  private func select(_ asked: [String] = [], _ json: String?) throws -> UserSelection {
    UserSelection(
      asked,
      configuration: try json.map { try Configuration.parse(Array($0.utf8), file: "c.json") }
        ?? Configuration(), region: "eu-west-1", account: "111122223333", directory: directory)
  }

  @Test func withoutAFileTheDefaultsHold() throws {
    let selection = try select(["deployer"], nil)
    #expect(selection.users.map(\.credentials) == ["/deploy/deployer/credentials"])
    #expect(selection.findings.isEmpty)
  }

  @Test func namesGroupsAndPathsComeTogether() throws {
    directory.groups = ["ci": [IAMUser(name: "g", path: "/"), IAMUser(name: "p", path: "/ci/")]]
    directory.everybody = [IAMUser(name: "p", path: "/ci/"), IAMUser(name: "n", path: "/ci/")]
    let selection = try select(
      [],
      """
      {"users": [{"name": "n", "rotateEvery": "1d"}, {"group": "ci", "rotateEvery": "2d"},
                 {"path": "/ci/", "rotateEvery": "3d"}]}
      """)
    #expect(selection.users.map(\.name) == ["n", "g", "p"])
    #expect(selection.users.map(\.policy.rotateEvery) == [.days(1), .days(2), .days(2)])
  }

  @Test func aNamedUserNeedsNoListing() throws {
    let selection = try select(
      ["n"], "{\"users\": [{\"name\": \"n\"}, {\"path\": \"/ci/\"}]}")
    #expect(selection.users.map(\.name) == ["n"])
    #expect(directory.listings == 0)
  }

  @Test func somebodyWhoIsNotManagedIsNamedWithTheNearest() throws {
    directory.everybody = [IAMUser(name: "zappa", path: "/ci/")]
    let selection = try select(
      ["zapa"], "{\"users\": [{\"name\": \"n\"}, {\"path\": \"/ci/\"}]}")
    #expect(selection.users.isEmpty)
    #expect(
      selection.findings == [
        .selection(
          .notManaged("zapa", file: "c.json", nearest: "zappa", managed: ["n", "zappa"]))
      ])
  }

  @Test func aGroupThatCannotBeReadLeavesTheOthersAlone() throws {
    directory.everybody = [IAMUser(name: "p", path: "/ci/")]
    directory.failing = [.group("ci")]
    let selection = try select(
      [], "{\"users\": [{\"name\": \"n\"}, {\"group\": \"ci\"}, {\"path\": \"/ci/\"}]}")
    #expect(selection.users.map(\.name) == ["n"])
    #expect(selection.findings.map(\.code.rawValue) == ["call-failed", "evidence-missing"])
  }

  @Test func twoUsersWithOneNameForTheirParametersAreBothLeftAlone() throws {
    directory.everybody = [IAMUser(name: "p", path: "/ci/"), IAMUser(name: "q", path: "/ci/")]
    let selection = try select(
      [],
      """
      {"users": [{"name": "n", "parameterPath": "/deploy/p"}, {"path": "/ci/"}]}
      """)
    #expect(selection.users.map(\.name) == ["q"])
    #expect(selection.findings.map(\.code.rawValue).contains("config-duplicate-name"))
  }

  @Test func thePathOfANamedUserIsAskedForWhereItIsNeeded() throws {
    directory.everybody = [IAMUser(name: "n", path: "/team/x/")]
    let selection = try select(
      [], "{\"users\": [{\"name\": \"n\", \"parameterPath\": \"/{account}/{path}/{user}\"}]}")
    #expect(selection.users.map(\.record) == ["/111122223333/team/x/n/record"])
  }
}
