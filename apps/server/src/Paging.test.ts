import * as Page from "@eformidling/api/Page"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Paging from "./Paging.ts"

const sorting: Paging.Sorting = {
  properties: ["id", "lastUpdate"],
  unlessSaid: [{ property: "id", direction: "asc" }]
}

const decodeQuery = Schema.decodeUnknownEffect(Schema.toCodecStringTree(Schema.Struct(Page.PageQuery)))

describe("Paging", () => {
  it.effect.each([
    [{}, 0, 10],
    [{ page: "3", size: "5" }, 3, 5],
    [{ page: "-1", size: "0" }, 0, 10],
    [{ page: "x", size: "y" }, 0, 10],
    [{ page: "99999999999", size: "9999" }, 0, 2000]
  ] as const)("reads %o as the page and size that the reference would", ([query, page, size]) =>
    Effect.gen(function* () {
      const asked = yield* Paging.request(yield* decodeQuery(query), sorting)
      assert.deepStrictEqual(asked, { page, size, sort: sorting.unlessSaid })
    })
  )

  it.effect("reads sorts with and without direction", () =>
    Effect.gen(function* () {
      const asked = yield* Paging.request({ sort: ["lastUpdate,DESC", "id"] }, sorting)
      assert.deepStrictEqual(asked.sort, [
        { property: "lastUpdate", direction: "desc" },
        { property: "id", direction: "asc" }
      ])
    })
  )

  it.effect("refuses a property that the list cannot be sorted by, naming those it can", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Paging.request({ sort: ["secret,asc"] }, sorting))
      assert.strictEqual(error.status, 400)
      assert.strictEqual(error.errors?.[0]?.field, "sort")
      assert.strictEqual(
        error.errors?.[0]?.defaultMessage,
        "'secret' is not expected. Allowed values are: [id, lastUpdate]"
      )
    })
  )

  it("lays out a page to the member (API-52)", () => {
    const page = Paging.respond(
      { page: 3, size: 10, sort: [] },
      { content: [], totalElements: 0 },
      (item: string) => item
    )
    assert.deepStrictEqual(page, {
      content: [],
      pageable: {
        sort: { sorted: false, unsorted: true, empty: true },
        offset: 30,
        pageNumber: 3,
        pageSize: 10,
        paged: true,
        unpaged: false
      },
      last: true,
      totalElements: 0,
      totalPages: 0,
      size: 10,
      number: 3,
      sort: { sorted: false, unsorted: true, empty: true },
      numberOfElements: 0,
      first: false,
      empty: true
    })
  })

  it.effect.prop(
    "says last on the last page and on those beyond it only, and first on the first only",
    {
      total: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })),
      size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20 })),
      number: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))
    },
    ({ number, size, total }) =>
      Effect.sync(() => {
        const page = Page.make({ content: [], totalElements: total, number, size, sorted: false })
        assert.strictEqual(page.last, (number + 1) * size >= total)
        assert.strictEqual(page.first, number === 0)
      })
  )
})
