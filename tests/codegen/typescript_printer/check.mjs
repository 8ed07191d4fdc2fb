// Reads one program per line as JSON, answers each with what prettier makes of it and with its syntax.
import { createInterface } from "node:readline";
import * as prettier from "prettier";

const LEAVES = new Set(["ThisExpression", "Super"]);

function list(nodes) {
  return nodes.map(syntax);
}

function type(node) {
  switch (node?.type) {
    case undefined:
      return null;
    case "TSTypeAnnotation":
      return type(node.typeAnnotation);
    case "TSTypeReference":
      return ["Named", dotted(node.typeName), (node.typeArguments?.params ?? []).map(type)];
    case "TSThisType":
      return ["Named", "this", []];
    case "TSArrayType":
      return ["ArrayOf", type(node.elementType)];
    case "TSTypeOperator":
      return [node.operator === "keyof" ? "KeyOf" : "Readonly", type(node.typeAnnotation)];
    case "TSTypeQuery":
      return ["TypeOf", dotted(node.exprName)];
    case "TSUnionType":
      return ["UnionOf", node.types.map(type)];
    case "TSIntersectionType":
      return ["IntersectionOf", node.types.map(type)];
    case "TSIndexedAccessType":
      return ["IndexedAccess", type(node.objectType), type(node.indexType)];
    case "TSLiteralType":
      return ["LiteralType", node.literal.type === "UnaryExpression" ? -node.literal.argument.value : node.literal.value];
    case "TSFunctionType":
      return ["FunctionType", node.params.map((one) => type(one.typeAnnotation)), type(node.returnType)];
    case "TSTypeLiteral":
      return ["ObjectType", node.members.length];
    case "TSTupleType":
      return ["TupleOf", node.elementTypes.map(type)];
    case "TSRestType":
      return ["Rest", type(node.typeAnnotation)];
    case "TSOptionalType":
      return ["Optional", type(node.typeAnnotation)];
    case "TSNamedTupleMember":
      return [node.optional ? "NamedOptional" : "NamedElement", type(node.elementType)];
    default:
      return ["Named", node.type.slice(2, -"Keyword".length).toLowerCase(), []];
  }
}

function dotted(node) {
  return node.type === "Identifier" ? node.name : `${dotted(node.left)}.${node.right.name}`;
}

function syntax(node) {
  switch (node.type) {
    case "ChainExpression":
      return syntax(node.expression);
    case "Identifier":
      return ["Name", node.name];
    case "Literal":
      return node.bigint !== undefined
        ? ["BigInt", node.bigint]
        : [node.value === null ? "Null" : typeof node.value, node.value];
    case "TemplateLiteral":
      return ["Template", node.quasis.map((one) => one.value.cooked), list(node.expressions)];
    case "ArrayExpression":
      return ["Array", list(node.elements)];
    case "ObjectExpression":
      return ["Object", list(node.properties)];
    case "Property":
      return ["Pair", node.key.name ?? node.key.value, syntax(node.value)];
    case "SpreadElement":
      return ["Spread", syntax(node.argument)];
    case "MemberExpression":
      return node.computed
        ? ["Index", syntax(node.object), syntax(node.property), node.optional]
        : ["Member", syntax(node.object), node.property.name, node.optional];
    case "TSNonNullExpression":
      return ["NonNull", syntax(node.expression)];
    case "CallExpression":
    case "NewExpression":
      return [
        node.type === "NewExpression" ? "New" : "Call",
        syntax(node.callee),
        list(node.arguments),
        (node.typeArguments?.params ?? []).map(type),
        node.optional ?? false,
      ];
    case "ArrowFunctionExpression":
      return ["Arrow", node.params.map((one) => type((one.left ?? one).typeAnnotation)), type(node.returnType), syntax(node.body)];
    case "BlockStatement":
      return ["Block", node.body.length];
    case "UnaryExpression":
      return ["Unary", node.operator, syntax(node.argument)];
    case "AwaitExpression":
      return ["Await", syntax(node.argument)];
    case "YieldExpression":
      return ["Yield", syntax(node.argument), node.delegate];
    case "BinaryExpression":
    case "LogicalExpression":
      return ["Binary", node.operator, syntax(node.left), syntax(node.right)];
    case "ConditionalExpression":
      return ["Conditional", syntax(node.test), syntax(node.consequent), syntax(node.alternate)];
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return ["As", syntax(node.expression), type(node.typeAnnotation)];
    default:
      return LEAVES.has(node.type) ? ["Name", node.type === "Super" ? "super" : "this"] : [node.type];
  }
}

function first(program) {
  let node = program.body[0];
  node = node?.declaration ?? node;
  switch (node?.type) {
    case "FunctionDeclaration":
      return node.body.body[0]?.type === "VariableDeclaration" ? first(node.body) : null;
    case "VariableDeclaration":
      return syntax(node.declarations[0].init);
    case "TSTypeAliasDeclaration":
      return type(node.typeAnnotation);
    default:
      return null;
  }
}

async function answer({ source }) {
  const options = { parser: "typescript", filepath: "module.ts" };
  try {
    const { ast } = await prettier.__debug.parse(source, options);
    return { formatted: await prettier.format(source, options), syntax: first(ast) };
  } catch (error) {
    return { error: String(error.message) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
