import { assert, describe, it } from "@effect/vitest"
import { canonicalize } from "./canonical.ts"
import { elementsOf, parseXml, textOf } from "./xml.ts"

const parse = (xml: string) => parseXml(Buffer.from(xml, "utf8"))
const canonical = (xml: string) => Buffer.from(canonicalize(parse(xml), undefined)).toString()

describe("xml", () => {
  it.each([
    ["a DOCTYPE", "<!DOCTYPE a><a/>"],
    ["an entity of its own", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"],
    ["an unknown entity", "<a>&nbsp;</a>"],
    ["a bare ampersand", "<a>b & c</a>"],
    ["a processing instruction", "<a><?b c?></a>"],
    ["two roots", "<a/><b/>"],
    ["text beside the root", "<a/>b"],
    ["an element left open", "<a><b></a>"],
    ["an undeclared prefix", "<a:b/>"],
    ["an attribute twice", "<a b='1' b='2'/>"],
    ["an attribute twice by its namespace", "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>"],
    ["< in an attribute", "<a b='<'/>"],
    ["a NUL reference", "<a>&#0;</a>"],
    ["a surrogate reference", "<a>&#xD800;</a>"],
    ["]]> in text", "<a>]]></a>"],
    ["another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>"],
    ["XML 1.1", "<?xml version='1.1'?><a/>"],
    ["-- in a comment", "<a><!-- b -- c --></a>"],
    ["xml:base", "<a xml:base='b'/>"],
    ["nothing", ""],
    ["depth beyond bounds", "<a>".repeat(100) + "</a>".repeat(100)]
  ])("refuses %s", (_, xml) => assert.throws(() => parse(xml)))

  it("refuses bytes that are not UTF-8", () => assert.throws(() => parseXml(Buffer.from("<a>\xe6</a>", "latin1"))))

  it("reads text through comments, CDATA and references", () => {
    assert.strictEqual(
      textOf(
        parse(
          '<?xml version="1.0" encoding="utf-8"?>\n<!-- x --><a>b<!-- y -->c<![CDATA[<&>]]>&#xE6;&lt;&#128512;</a>\n'
        )
      ),
      "bc<&>æ<😀"
    )
  })

  it("normalizes line ends and white space in attributes", () => {
    const root = parse("<a b='c\r\nd\te&#10;f'>g\r\nh\ri</a>")
    assert.strictEqual(root.attributes[0]!.value, "c d e\nf")
    assert.strictEqual(textOf(root), "g\nh\ni")
  })

  it("writes canonical XML: order of attributes and namespaces, expanded elements, escapes", () => {
    assert.strictEqual(
      canonical(
        "<?xml version='1.0'?><b:a z='1' xmlns='u1'  c=\"&lt;&quot;&#10;'>\" b:d='2' xmlns:b='u0'><e   /><!-- x --> &gt;&#13;</b:a>"
      ),
      '<b:a xmlns="u1" xmlns:b="u0" c="&lt;&quot;&#xA;\'>" z="1" b:d="2"><e></e> &gt;&#xD;</b:a>'
    )
  })

  it("writes a namespace once, and takes the default one away where it ends", () => {
    assert.strictEqual(
      canonical("<a xmlns='u'><b xmlns='u'/><c xmlns=''><d/></c></a>"),
      '<a xmlns="u"><b></b><c xmlns=""><d></d></c></a>'
    )
  })

  it("brings namespaces and xml:lang from outside when part of a document is canonicalized", () => {
    const [inner] = elementsOf(parse("<a xmlns='u' xmlns:p='v' xml:lang='no'><b/></a>"))
    assert.strictEqual(
      Buffer.from(canonicalize(inner!, undefined)).toString(),
      '<b xmlns="u" xmlns:p="v" xml:lang="no"></b>'
    )
  })
})
