#!/bin/sh
# Makes one archive with all that a machine without internet needs: the built package, its production dependencies and this machine's Node.
# Usage: release.sh [--output FOLDER] [--version VERSION]. Writes straightline-VERSION-PLATFORM.tgz and the same with .sha256; prints the archive's path.
# Needs `npm ci` to have run. The archive fits machines of this machine's processor and C library.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
output=$here/release
version=$(node -p "require('$here/package.json').version")
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=$2; shift 2 ;;
    --version) version=$2; shift 2 ;;
    *) echo "release.sh: unknown argument $1; known: --output --version" >&2; exit 2 ;;
  esac
done
[ -e "$here/dist/services/cli/main.js" ] || { echo "release.sh: the package is not built; run npm ci first" >&2; exit 1; }

node=$(node -p process.execPath)
platform=$(node -p '`${process.platform}-${process.arch}`')
libc=$(node -p 'process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl"')
name=straightline-$version-$platform-$libc
mkdir -p "$output"
staging=$(mktemp -d "$output/.release.XXXXXX")
trap 'rm -rf "$staging"' EXIT
root=$staging/straightline
mkdir -p "$root/bin" "$root/package/node_modules"

cp "$node" "$root/bin/node"
cat >"$root/bin/straightline" <<'WRAPPER'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/../package/dist/services/cli/main.js" "$@"
WRAPPER
chmod 0755 "$root/bin/straightline"
cd "$here"
tar -cf - --exclude=dist/test --exclude='*.test.js' --exclude='*.test.js.map' --exclude=.tsbuildinfo dist proto deploy LICENSE README.md | tar -xf - -C "$root/package"
node -e '
  const { version, fs } = { version: process.argv[1], fs: require("fs") };
  const { devDependencies, scripts, ...rest } = JSON.parse(fs.readFileSync("package.json", "utf8"));
  fs.writeFileSync(process.argv[2], `${JSON.stringify({ ...rest, version }, null, 2)}\n`);
' "$version" "$root/package/package.json"

# The lockfile says what is for production; other platforms' builds of optional packages are not on the disk.
node -e '
  const fs = require("fs");
  const { packages } = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
  const wanted = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev && fs.existsSync(path));
  console.log(wanted.map(([path]) => path).filter((path) => path.lastIndexOf("node_modules/") === 0).join("\n"));
' | tar -cf - -T - | tar -xf - -C "$root/package"
keep=$root/package/node_modules/onnxruntime-node/bin/napi-v6
find "$keep" -mindepth 2 -maxdepth 2 ! -path "$keep/$(node -p 'process.platform + "/" + process.arch')" -exec rm -rf {} +

printf '%s\n' "$version" >"$root/VERSION"
ln -s package/deploy/install.sh "$root/install.sh"
ln -s package/deploy/services.sh "$root/services.sh"
# Whatever the umask here: services read it as users of their own.
chmod -R a+rX,go-w "$root"
tar -cf - -C "$staging" straightline | gzip -"${STRAIGHTLINE_RELEASE_GZIP:-6}" >"$staging/archive"
mv "$staging/archive" "$output/$name.tgz"
(cd "$output" && sha256sum "$name.tgz" >"$name.tgz.sha256")
echo "$output/$name.tgz"
