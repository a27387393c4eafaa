/**
 * Writes the declarations that the package ships: what its entries export, and what that refers to. Of every other file of
 * this package nothing is declared, since nobody can import it.
 */
const { mkdirSync, rmSync, statSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const ENTRIES = ["index", "resources/provider"];
const DIST = path.join(__dirname, "dist");

const { config } = ts.readConfigFile(path.join(__dirname, "tsconfig.json"), ts.sys.readFile);
const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, __dirname);
const time = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (time(path.join(DIST, "index.d.ts")) < Math.max(...[...fileNames, __filename].map(time))) {
    const files = declared();
    for (const entry of ENTRIES) {
        for (const name of files.get(entry).exports.keys()) {
            reach(files, entry, name);
        }
    }
    for (const old of ts.sys.readDirectory(DIST, [".d.ts"])) {
        rmSync(old);
    }
    for (const [name, file] of files) {
        if (file.kept.size > 0) {
            const target = path.join(DIST, `${name}.d.ts`);
            mkdirSync(path.dirname(target), { recursive: true });
            writeFileSync(target, textOf(file));
        }
    }
}

/** Every file's declarations, as the compiler writes them: by name, what it declares, imports and exports. */
function declared() {
    const program = ts.createProgram(
        ENTRIES.map((entry) => path.join(__dirname, `${entry}.ts`)),
        { ...options, declaration: true, emitDeclarationOnly: true, incremental: false, noCheck: true },
    );
    const files = new Map();
    program.emit(undefined, (target, text) => {
        const name = path.relative(DIST, target).slice(0, -".d.ts".length);
        files.set(name, parsed(name, ts.createSourceFile(target, text, options.target, true)));
    });
    return files;
}

function parsed(name, source) {
    /** `at`: the file, by its name in dist, and what it calls it; none for another package. */
    const file = { source, declares: new Map(), imports: new Map(), exports: new Map(), kept: new Set() };
    const from = ({ moduleSpecifier }) =>
        moduleSpecifier.text.startsWith(".") ? path.join(path.dirname(name), moduleSpecifier.text) : undefined;
    for (const statement of source.statements) {
        if (ts.isImportDeclaration(statement)) {
            const { name: whole, namedBindings: bindings } = statement.importClause ?? {};
            const specifiers = bindings?.elements ?? [bindings, whole].filter((specifier) => specifier !== undefined);
            for (const specifier of specifiers) {
                const at = { file: from(statement), name: (specifier.propertyName ?? specifier.name).text };
                file.imports.set((specifier.name ?? specifier).text, { statement, specifier, at });
            }
        } else if (ts.isExportDeclaration(statement)) {
            // `export *` is not used here, and would have to be looked up: then this fails.
            for (const specifier of statement.exportClause.elements) {
                const inner = (specifier.propertyName ?? specifier.name).text;
                const at = { file: statement.moduleSpecifier === undefined ? name : from(statement), name: inner };
                file.exports.set(specifier.name.text, { statement, at });
            }
        } else {
            const names = statement.declarationList?.declarations.map((one) => one.name.text) ?? [statement.name.text];
            for (const own of names) {
                file.declares.set(own, [...(file.declares.get(own) ?? []), statement]);
                if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
                    file.exports.set(own, { statement, at: { file: name, name: own } });
                }
            }
        }
    }
    return file;
}

/** Keeps what a name stands for in a file, and whatever that refers to. */
function reach(files, fileName, name) {
    const file = files.get(fileName);
    const { statement, specifier, at } = file.imports.get(name) ?? file.exports.get(name) ?? {};
    if (at !== undefined && !(at.file === fileName && at.name === name)) {
        const isNew = !file.kept.has(specifier ?? statement) || specifier === undefined;
        file.kept.add(specifier ?? statement);
        if (isNew && at.file !== undefined) {
            reach(files, at.file, at.name);
        }
        return;
    }
    for (const one of file.declares.get(name) ?? []) {
        if (!file.kept.has(one)) {
            file.kept.add(one);
            visit(one);
        }
    }
    function visit(node) {
        if (ts.isIdentifier(node) && (file.imports.has(node.text) || file.declares.has(node.text))) {
            reach(files, fileName, node.text);
        }
        ts.forEachChild(node, visit);
    }
}

function textOf({ source, kept, imports }) {
    const lines = source.statements.flatMap((statement) => {
        if (!ts.isImportDeclaration(statement)) {
            return kept.has(statement) ? [statement.getFullText().trimStart()] : [];
        }
        const { importClause, moduleSpecifier } = statement;
        const used = [...imports.values()].filter((one) => one.statement === statement && kept.has(one.specifier));
        const names = used.map(({ specifier }) => specifier.getText()).join(", ");
        return used.length === 0
            ? []
            : importClause.namedBindings?.elements === undefined
              ? [statement.getText()]
              : [`import ${importClause.isTypeOnly ? "type " : ""}{ ${names} } from ${moduleSpecifier.getText()};`];
    });
    return `${lines.join("\n")}\n`;
}
