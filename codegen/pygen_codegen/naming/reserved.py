"""Names that generated code must not use, per language.

Fixed lists, not what the running interpreter knows: the same model gives the same names everywhere. What the base classes
and modules of an emitter hold is reserved by that emitter, on top of these.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PYTHON_KEYWORDS = _names(
    """
    False None True and as assert async await break class continue def del elif else except finally for from global if
    import in is lambda nonlocal not or pass raise return try while with yield
    _ case match type
    """
)
"""Hard keywords, then soft ones, of Python 3.11 to 3.14."""

PYTHON_BUILTINS = _names(
    """
    abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict
    dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int
    isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow print property
    range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip
    copyright credits exit quit
    Ellipsis NotImplemented
    """
)
"""Functions and types. Annotations in a class body read them, linters flag whoever shadows them, and the older generator
kept clear of all of them, so code moves over unchanged. The last but one line is there in interactive sessions only."""

PYTHON_EXCEPTIONS = _names(
    """
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
    BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
    ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup
    FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
    IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
    ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning
    PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError
    RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError
    TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning
    UserWarning ValueError Warning ZeroDivisionError
    """
)
"""Exceptions: a view called `Warning` must not hide one in the module of its class."""

PYTHON = PYTHON_KEYWORDS | PYTHON_BUILTINS | PYTHON_EXCEPTIONS
"""Everything a name in generated Python keeps clear of."""

TYPESCRIPT_KEYWORDS = _names(
    """
    break case catch class const continue debugger default delete do else enum export extends false finally for function if
    import in instanceof new null return super switch this throw true try typeof var void while with
    arguments as async await eval implements interface let package private protected public static yield
    any bigint boolean never number object string symbol undefined unknown
    """
)
"""Reserved words of ECMAScript, then those of strict mode and modules, then the types of TypeScript."""

TYPESCRIPT_GLOBALS = _names(
    """
    AbortController AbortSignal AggregateError Array ArrayBuffer AsyncGenerator AsyncIterable AsyncIterator Awaited
    BigInt BigInt64Array BigUint64Array Blob Boolean Capitalize ConstructorParameters DataView Date Error EvalError Event
    EventTarget Exclude Extract File Float32Array Float64Array FormData Function Generator Headers Infinity InstanceType
    Int16Array Int32Array Int8Array Intl Iterable IterableIterator Iterator JSON Lowercase Map Math NaN NoInfer NonNullable
    Number Object Omit OmitThisParameter Parameters Partial Pick Promise PromiseLike PropertyKey Proxy RangeError Readonly
    ReadonlyArray ReadonlyMap ReadonlySet Record ReferenceError Reflect RegExp Request Required Response ReturnType Set
    SharedArrayBuffer String Symbol SyntaxError TextDecoder TextEncoder ThisParameterType ThisType TypeError URIError URL
    URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray Uncapitalize Uppercase WeakMap WeakRef WeakSet
    WebSocket clearInterval clearTimeout console crypto decodeURI decodeURIComponent document encodeURI encodeURIComponent
    escape eval fetch global globalThis isFinite isNaN parseFloat parseInt performance process queueMicrotask require self
    setInterval setTimeout structuredClone unescape window
    """
)
"""Values and types that are there everywhere, and that a view called `Date` or `Error` must not hide."""

TYPESCRIPT_MEMBERS = _names(
    """
    constructor hasOwnProperty isPrototypeOf propertyIsEnumerable prototype then toLocaleString toString valueOf
    """
)
"""Members that every object has, or that give an object a meaning of its own: what has a `then` is awaited."""

TYPESCRIPT = TYPESCRIPT_KEYWORDS | TYPESCRIPT_GLOBALS | TYPESCRIPT_MEMBERS
"""Everything a name in generated TypeScript keeps clear of."""

FILE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10))]
)
"""Stems that Windows gives to devices, whatever the extension; compare without case."""
