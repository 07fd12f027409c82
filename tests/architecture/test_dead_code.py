"""What nobody calls is a defect: every public name of the program is used by the program, not only by tests."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

from tests.architecture.sources import modules, parsed

PROGRAM = modules("clbdesk", "ui", "resources")
CALLERS = [*PROGRAM, *modules("scripts")]

# Called from outside by name.
CALLED_BY_OTHERS = {
    "main",  # the command `clbdesk`
    "load_dialect_impl",  # SQLAlchemy, of a type of column
    "register",  # ReportLab, of what encrypts a document
}


def defined(module: Path) -> list[str]:
    """Public functions, classes and constants at the top of a module."""
    names = []
    for node in parsed(module).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.append(name)
            case ast.ClassDef(name=name):
                names.append(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
    return [name for name in names if not name.startswith("_")]


def mentioned(module: Path) -> Counter[str]:
    """Every identifier that a module reads: names, attributes, imports and words in its strings."""
    found: Counter[str] = Counter()
    for node in ast.walk(parsed(module)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                found[name] += 1
            case ast.Attribute(attr=name):
                found[name] += 1
            case ast.Constant(value=str(text)) if text.isidentifier():
                found[text] += 1  # annotations in quotes, getattr, registries
            case ast.Constant(value=str(text)) if ":" in text and " " not in text:
                found[text.rpartition(":")[2]] += 1  # "package.module:function"
    return found


@cache
def mentioned_anywhere() -> Counter[str]:
    """The same of the whole program and its scripts."""
    return sum(map(mentioned, CALLERS), Counter())


def test_every_public_name_is_used_by_the_program():
    used = mentioned_anywhere()
    unused = [
        f"{module}: {name}"
        for module in PROGRAM
        if "versions" not in module.parts  # Alembic knows what it looks for
        for name in defined(module)
        if not used[name] and name not in CALLED_BY_OTHERS
    ]
    assert unused == [], "\n".join(unused)


def test_every_method_is_called_by_the_program():
    """What only a test asks of an object is asked for nothing."""
    used = mentioned_anywhere()
    unused = [
        f"{module}: {node.name}.{method.name}"
        for module in PROGRAM
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("__")
        if not used[method.name] and method.name not in CALLED_BY_OTHERS
        if method.name == method.name.lower()  # Qt calls its own, in capitals
    ]
    assert unused == [], "\n".join(unused)


def test_every_module_is_imported_or_run():
    imported = set()
    for module in CALLERS:
        for node in ast.walk(parsed(module)):
            match node:
                case ast.Import(names=names):
                    imported |= {alias.name for alias in names}
                case ast.ImportFrom(module=str(source), names=names):
                    imported |= {source} | {f"{source}.{alias.name}" for alias in names}
                case ast.Constant(value=str(text)) if "." in text and " " not in text:
                    imported.add(text.partition(":")[0])  # loaded by name
    dotted = {
        module: ".".join(module.with_suffix("").parts)
        for module in PROGRAM
        if module.name not in ("__init__.py", "__main__.py", "env.py")
        and "versions" not in module.parts
    }
    assert [str(module) for module, name in dotted.items() if name not in imported] == []
