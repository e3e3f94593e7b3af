import FoundationEssentials
import RotationPlanner
import Testing

import Reports

@Suite("The bar of a key's life")
struct AgeBarTests {
  private func bar(_ age: Double, due: Double = 90, limit: Double = 100) -> String? {
    AgeBar(age: age, due: due, limit: limit, width: 10)?.text(unicode: false)
  }

  @Test func growsToItsDueDateAndBeyond() {
    #expect(bar(0) == "---------|")
    #expect(bar(50) == "=====----|")
    // Not due is never drawn as due, however near, nor the other way round.
    #expect(bar(89.999) == "========-|")
    #expect(bar(90) == "=========!")
    #expect(bar(100) == "=========!")
    #expect(bar(5000) == "=========!")
    #expect(bar(50, due: 50) == "=====!----")
    #expect(bar(49.9, due: 50) == "====-|----")
    #expect(bar(101, due: 50) == "=====!====")
  }

  @Test func noScaleNoBar() {
    #expect(bar(1, due: 0, limit: 0) == nil)
    #expect(bar(1, due: 0, limit: 10) == "!---------")
    #expect(bar(-5) == "---------|")
  }

  @Test func overdueIsBeyondTheLimit() throws {
    #expect(try #require(AgeBar(age: 101, due: 90, limit: 100, width: 10)).isOverdue)
    #expect(try !#require(AgeBar(age: 100, due: 90, limit: 100, width: 10)).isOverdue)
  }
}
