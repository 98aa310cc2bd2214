import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { libraryClosure, parseLdd } from "./library-closure.js";

const GLIBC = `	linux-vdso.so.1 (0x00007ffd5a1f2000)
	libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007fbf64089000)
	libonnxruntime.so.1 => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fbf63b3e000)
	/lib64/ld-linux-x86-64.so.2 (0x00007fbf640a1000)
`;
const MUSL = `	/lib/ld-musl-x86_64.so.1 (0x7f3c8a2b0000)
	libstdc++.so.6 => /usr/lib/libstdc++.so.6 (0x7f3c85e00000)
	libc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f3c8a2b0000)
`;

describe("parseLdd", () => {
  const rows: [string, string, string[]][] = [
    [
      "glibc's: libraries and the loader, without the vdso and what is not found",
      GLIBC,
      ["/lib/x86_64-linux-gnu/libdl.so.2", "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"],
    ],
    ["musl's", MUSL, ["/lib/ld-musl-x86_64.so.1", "/usr/lib/libstdc++.so.6", "/lib/ld-musl-x86_64.so.1"]],
    ["a static program's", "\tstatically linked\n", []],
    ["nothing", "", []],
  ];
  for (const [title, output, paths] of rows) {
    it(`reads ${title}`, () => assert.deepEqual(parseLdd(output), paths));
  }
});

describe("libraryClosure", () => {
  it("is empty for a file that is no program", async () => {
    assert.deepEqual(await libraryClosure("/etc/passwd"), []);
  });
});
