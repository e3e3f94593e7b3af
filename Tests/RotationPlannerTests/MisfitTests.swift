import RotationPlanner
import Testing

@Suite("Parameters that exist in another type")
struct MisfitTests {
  private static let parts: [Misfit.Part] = [.credentials, .session, .pair, .projection]

  private func misfit(_ part: Misfit.Part, _ type: String = "String") -> Misfit {
    Misfit(part, name: "/deploy/deployer/x", type: type)
  }

  private func due(_ part: Misfit.Part) -> Situation {
    Situation(key("P", age: .days(95))).publishing("P").with {
      $0.observation.misfits = [misfit(part)]
      $0.observation.hasCopies = true
    }
  }

  // MARK: Before a key is made

  @Test(arguments: parts) func noKeyIsMadeThatCouldNotBeShownThere(_ part: Misfit.Part) throws {
    for situation in [due(part), due(part).now] {
      let plan = try situation.plan()
      #expect(plan.doing.isEmpty)
      let finding = try #require(plan.finding("parameter-type"))
      #expect(finding.severity == .act)
      #expect(finding.message.contains("/deploy/deployer/x is a String"))
      #expect(
        finding.remedy?.contains("aws ssm delete-parameter --name /deploy/deployer/x") == true)
      #expect(plan.summary == finding.message)
    }
  }

  @Test(arguments: parts) func nothingIsPublishedForTheFirstTimeEither(_ part: Misfit.Part) throws {
    let first = Situation(key("OLD")).with {
      $0.observation.misfits = [misfit(part)]
      if part == .credentials { $0.observation.credentialsVersion = 1 }
      $0.observation.credentials = .known(.damaged("not JSON"))
    }
    #expect(try first.plan().doing.isEmpty)
    #expect(try first.plan().codes.contains("parameter-type"))
  }

  @Test(arguments: parts) func aSecretInClearIsToldEvenWhereNothingIsDue(_ part: Misfit.Part) throws
  {
    let fresh = Situation(key("P")).publishing("P").with {
      $0.observation.misfits = [misfit(part)]
    }
    #expect(try fresh.plan().doing.isEmpty)
    #expect(try fresh.plan().worst == .act)
  }

  @Test func theTypeAndTheRegionAreNamed() throws {
    let other = Misfit(.projection, name: "/shared/x", region: "eu-west-1", type: "StringList")
    let plan = try Situation(key("P")).publishing("P").with {
      $0.observation.misfits = [other]
    }.plan()
    let finding = try #require(plan.finding("parameter-type"))
    #expect(finding.message.contains("/shared/x in eu-west-1 is a StringList"))
    #expect(finding.remedy?.contains("--region eu-west-1") == true)
  }

  // MARK: Where consumers can't wait

  @Test(arguments: [Misfit.Part.session, .pair, .projection])
  func aKeyThatIsGoneIsReplacedAllTheSame(_ part: Misfit.Part) throws {
    let gone = Situation().publishing("P").credentials(.refused("P"), version: 7).with {
      $0.observation.misfits = [misfit(part)]
    }
    #expect(try gone.plan().doing == [.rotate(.publishedKeyGone, superseding: [])])
    #expect(try gone.plan().codes == ["parameter-type"])
  }

  @Test func nothingCanBePublishedInCredentialsOfAnotherType() throws {
    let gone = Situation().publishing("P").credentials(.refused("P"), version: 7).with {
      $0.observation.misfits = [misfit(.credentials)]
    }
    #expect(try gone.plan().doing.isEmpty)
    let compromised = Situation(key("P")).publishing("P").with {
      $0.observation.misfits = [misfit(.credentials)]
      $0.request = PlanRequest(order: .replaceCompromised(nil))
    }
    let plan = try compromised.plan()
    #expect(plan.doing.isEmpty)
    #expect(plan.findings.contains { $0.remedy?.contains("--status Inactive") == true })
  }

  @Test func aCompromisedKeyIsReplacedAndTheCopyLeft() throws {
    let plan = try Situation(key("P")).publishing("P").with {
      $0.observation.misfits = [misfit(.pair)]
      $0.observation.unwritableCopies = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
      $0.observation.drift = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
      $0.request = PlanRequest(order: .replaceCompromised(nil))
    }.plan()
    #expect(plan.doing == [.rotate(.compromised, superseding: ["P"]), .deactivate("P")])
  }

  // MARK: What is left out

  @Test func neitherHalfOfATornPairIsWritten() throws {
    let plan = try Situation(key("P")).publishing("P").with {
      $0.observation.misfits = [misfit(.pair)]
      $0.observation.unwritableCopies = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
      $0.observation.drift = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "/shared/x"]
    }.plan()
    #expect(plan.doing == [.repair(["/shared/x"])])
  }

  @Test func credentialsOfAnotherTypeAreTakenOverButNeverPutBack() throws {
    let adopted = Situation(key("P")).credentials(.works("P"), version: 1).with {
      $0.observation.misfits = [misfit(.credentials)]
    }
    #expect(try adopted.plan().doing == [.adopt(key("P"), from: .credentials, retiring: [])])
    #expect(try adopted.plan().worst == .act)
    let damaged = Situation(key("P")).publishing("P").credentials(.damaged("?"), version: 8)
      .history("P", from: 7).with { $0.observation.misfits = [misfit(.credentials)] }
    #expect(try damaged.plan().doing.isEmpty)
    let back = Situation(key("R", age: .days(95)), key("P", age: .days(1))).publishing("P")
      .retiring("R", superseded: .hours(1)).history("R", "P").with {
        $0.observation.misfits = [misfit(.credentials)]
        $0.request = PlanRequest(order: .rollBack)
      }
    #expect(try back.plan().doing.isEmpty)
    #expect(try back.plan().codes.contains("roll-back-refused"))
  }

  @Test func noCodeIsSpentForASessionThatCannotBePublished() throws {
    let plan = try Situation(key("P")).publishing("P").with {
      $0.policy.session = .hours(12)
      $0.observation.misfits = [misfit(.session)]
    }.plan()
    #expect(plan.doing.isEmpty && plan.codes == ["parameter-type"])
  }

  @Test func aRecordOfAnotherTypeStopsEverythingWithAWayOut() throws {
    for type in ["SecureString", "StringList"] {
      let plan = try Situation(key("P", age: .days(95))).with {
        $0.observation.record = .misfit(
          Misfit(.record, name: "/deploy/deployer/record", type: type))
      }.plan()
      #expect(plan.isStopped && plan.doing.isEmpty)
      #expect(plan.codes == ["record-unreadable"])
      #expect(plan.findings[0].message.contains("is a \(type)"))
      #expect(
        plan.findings[0].remedy?.contains("aws ssm delete-parameter --name /deploy/deployer/record")
          == true)
    }
  }

  // MARK: A pair of SecureStrings

  private func sealed(_ id: AccessKeyID?, works: Known<Bool>?, _ keys: AccessKey...) -> Situation {
    Situation().with {
      $0.observation.keys = keys
      $0.observation.pairIsSealed = true
      $0.observation.pairKeyId = id
      $0.observation.pairWorks = works
    }
  }

  @Test func aSealedPairIsReadBeforeAnythingIsSaidOfTheKeys() {
    #expect(sealed(nil, works: nil, key("A"), key("B", .inactive)).wants == [.pair])
    #expect(sealed(nil, works: nil, key("A"), key("B", .inactive)).makingRoom.wants == [.pair])
  }

  @Test func aSealedPairIsTakenOverAsAnyOther() throws {
    let plan = try sealed("OLD", works: .known(true), key("OLD"), key("OTHER")).plan()
    #expect(plan.doing == [.adopt(key("OLD"), from: .pair, retiring: [])])
  }

  @Test func aSealedPairThatCannotBeReadStopsEverything() throws {
    let plan = try sealed(nil, works: .unknown("KMS"), key("A"), key("B", .inactive)).makingRoom
      .plan()
    #expect(plan.isStopped && plan.codes == ["evidence-missing"])
  }

  /// Inactive or never used as it may be: a key that somebody reads is nobody's to give up.
  @Test func theKeyThatIsShownIsNeverOfferedToMakeRoom() throws {
    let pair = sealed("A", works: .known(false), key("A"), key("B")).used("A", nil).used("B", nil)
    #expect(try pair.plan().findings.last?.remedy?.contains("would retire B") == true)
    #expect(try pair.makingRoom.plan().doing == [.makeRoom("B")])
    let copies = Situation(key("A", .inactive), key("B", .inactive)).with {
      $0.observation.shownKeys = ["A"]
    }
    #expect(try copies.makingRoom.plan().doing == [.makeRoom("B")])
    let both = copies.with { $0.observation.shownKeys = ["A", "B"] }
    #expect(try both.makingRoom.plan().codes == ["nothing-to-give-up"])
  }
}
