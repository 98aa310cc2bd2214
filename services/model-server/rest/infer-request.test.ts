import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInferRequest } from "./infer-request.js";
import { encodeInferAnswer } from "./infer-response.js";

const JSON_HEADERS = { contentType: "application/json", jsonLength: undefined };
const FLOATS = { name: "x", datatype: "FP32", shape: [1] };

function jsonBody(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A body of the binary data extension with its header. */
function binaryBody(json: unknown, raw: Buffer) {
  const head = jsonBody(json);
  return { body: Buffer.concat([head, raw]), headers: { contentType: "", jsonLength: String(head.byteLength) } };
}

test("a JSON request is read whole", () => {
  const body = jsonBody({ id: "7", inputs: [{ ...FLOATS, data: [1.5] }], outputs: [{ name: "label" }] });
  const { id, inputs, wantedOutputs, form } = parseInferRequest(body, JSON_HEADERS);
  assert.deepEqual([id, inputs[0]?.data, wantedOutputs, form.type], ["7", Float32Array.of(1.5), ["label"], "json"]);
});

for (const contentType of ["image/jpeg", "application/octet-stream"]) {
  test(`a body of type ${contentType} is one image`, () => {
    const { inputs } = parseInferRequest(Buffer.from("picture"), { contentType, jsonLength: undefined });
    assert.deepEqual(inputs, [{ name: "image", datatype: "BYTES", shape: [1], data: [Buffer.from("picture")] }]);
  });
}

test("inputs take their raw bytes in the order in which they stand", () => {
  const json = {
    inputs: [
      { ...FLOATS, parameters: { binary_data_size: 4 } },
      { ...FLOATS, name: "y", data: [3] },
      { name: "image", datatype: "BYTES", shape: [1], parameters: { binary_data_size: 5 } },
    ],
  };
  const { body, headers } = binaryBody(json, Buffer.from("0000803f0100000061", "hex"));
  const { inputs } = parseInferRequest(body, headers);
  assert.deepEqual(
    inputs.map(({ data }) => data),
    [Float32Array.of(1), Float32Array.of(3), [Buffer.from("a")]],
  );
});

const FORMS = [
  { what: "nothing", request: {}, label: false, scores: false },
  { what: "binary by default", request: { parameters: { binary_data_output: true } }, label: true, scores: true },
  {
    what: "binary for one output",
    request: { outputs: [{ name: "label", parameters: { binary_data: true } }, { name: "scores" }] },
    label: true,
    scores: false,
  },
  {
    what: "binary by default but not for one output",
    request: {
      parameters: { binary_data_output: true },
      outputs: [{ name: "label", parameters: { binary_data: false } }, { name: "scores" }],
    },
    label: false,
    scores: true,
  },
];
for (const { what, request, label, scores } of FORMS) {
  test(`asked for ${what}, the answer is written so`, () => {
    const { form } = parseInferRequest(jsonBody({ inputs: [], ...request }), JSON_HEADERS);
    const isBinary = (name: string): boolean => form.type === "binary" && form.isBinary(name);
    assert.deepEqual([isBinary("label"), isBinary("scores")], [label, scores]);
  });
}

const BAD = [
  { what: "no JSON", body: Buffer.from("{"), headers: JSON_HEADERS, message: /body: it is not JSON/ },
  { what: "JSON that is no object", body: jsonBody([1]), headers: JSON_HEADERS, message: /body: \[1\] is not a JSON object/ },
  { what: "no inputs", body: jsonBody({}), headers: JSON_HEADERS, message: /inputs: nothing is not a JSON array/ },
  {
    what: "an input that is a number",
    body: jsonBody({ inputs: [1] }),
    headers: JSON_HEADERS,
    message: /inputs: 1 is not a JSON object/,
  },
  {
    what: "a JSON length beyond the body",
    body: Buffer.from("{}"),
    headers: { contentType: "", jsonLength: "3" },
    message: /"3" must be the number of bytes/,
  },
  {
    what: "a JSON length that is no number",
    body: Buffer.from("{}"),
    headers: { contentType: "", jsonLength: "-1" },
    message: /"-1" must be/,
  },
  {
    what: "more raw bytes announced than sent",
    ...binaryBody({ inputs: [{ ...FLOATS, parameters: { binary_data_size: 8 } }] }, Buffer.alloc(4)),
    message: /8 does not fit the 4 bytes/,
  },
  {
    what: "raw bytes that belong to nobody",
    ...binaryBody({ inputs: [] }, Buffer.alloc(4)),
    message: /4 bytes at its end belong to no input/,
  },
];
for (const { what, body, headers, message } of BAD) {
  test(`${what}: refused with the field`, () => {
    assert.throws(() => parseInferRequest(body, headers), message);
  });
}

test("a mixed answer has JSON first, then the raw outputs, and says where one ends", () => {
  const model = { name: "m", versions: ["1"], platform: "", inputs: [], outputs: [] };
  const outputs = [
    { name: "label", datatype: "BYTES" as const, shape: [1], data: [Buffer.from("ok")] },
    { name: "scores", datatype: "FP32" as const, shape: [1], data: Float32Array.of(1) },
  ];
  const { headers, body } = encodeInferAnswer(
    { model, id: "7", outputs },
    { type: "binary", isBinary: (name) => name === "scores" },
  );
  const end = Number(headers["inference-header-content-length"]);
  assert.deepEqual(JSON.parse(body.subarray(0, end).toString()), {
    model_name: "m",
    model_version: "1",
    id: "7",
    outputs: [
      { name: "label", datatype: "BYTES", shape: [1], data: ["ok"] },
      { name: "scores", datatype: "FP32", shape: [1], parameters: { binary_data_size: 4 } },
    ],
  });
  assert.equal(body.subarray(end).toString("hex"), "0000803f");
});
