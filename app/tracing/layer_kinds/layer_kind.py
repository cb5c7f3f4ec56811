"""The description of a layer kind, and the types that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from torch import Tensor, nn

from app.tracing.layers.cell_arithmetic import CellArithmetic
from app.tracing.layers.cell_query import CellQuery
from app.tracing.layers.layer import Hyperparameters, Layer
from app.tracing.layers.python_lines import PythonLines
from app.tracing.layers.receptive_field import FieldSource, Pair, ReceptiveField
from app.tracing.layers.regions import Region
from app.tracing.layers.shapes import Shape
from app.tracing.layers.windows import Axes

Target = Callable[..., Any] | str  # a function, or a tensor's method by its name

CHANNEL_EDITS = ("mute", "scale", "solo")  # edits of what any layer puts out


class Role(StrEnum):
    """A property of a kind that other code can ask for without knowing which kind it is."""

    CONVOLUTION = "convolution"  # puts out feature maps, with which a block begins
    ACTIVATION = "activation"  # applies one function to every cell
    POOLING = "pooling"  # summarises windows; with it a block ends
    TRANSPARENT = "transparent"  # may stand between a convolution, its activation and its pooling
    ONE_TO_ONE = "one_to_one"  # makes one number of each number that it reads, in the same order
    SAME_VALUES = "same_values"  # puts out the numbers that it reads
    FLATTEN = "flatten"  # makes a vector of maps
    PROBABILITIES = "probabilities"  # at the end of a network it makes probabilities of logits


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function or method in the example pass: values of its tensors and other arguments, by name."""

    operands: Mapping[str, Any]
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FunctionalForm:
    """Functions and tensor methods that a kind may be written as, all with the same arguments.

    ``operands`` are the first arguments, which are tensors; ``arguments`` are the positional ones after them.
    Where ``result_is`` is given, only calls whose result it accepts are of the kind.
    """

    functions: tuple[Callable[..., Any], ...] = ()
    methods: tuple[str, ...] = ()
    operands: tuple[str, ...] = ("input",)
    arguments: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    result_is: Callable[[Tensor], bool] | None = None

    @property
    def targets(self) -> tuple[Target, ...]:
        """Its functions, and its methods by their names."""
        return (*self.functions, *self.methods)

    def read(self, args: Sequence[Any], kwargs: Mapping[str, Any], value_of: Callable[[Any], Any]) -> Call:
        """Return a call with these arguments; ``value_of`` gives an argument's value in the example pass."""
        named = {("dim" if key == "axis" else key): value for key, value in kwargs.items()}
        operands = dict(zip(self.operands, args, strict=False))
        arguments = {
            **self.defaults,
            **dict(zip(self.arguments, args[len(self.operands) :], strict=False)),
            **{key: value for key, value in named.items() if key in self.arguments},
        }
        return Call(
            {name: value_of(operands.get(name, kwargs.get(name))) for name in self.operands},
            {name: value_of(value) for name, value in arguments.items()},
        )


@dataclass(frozen=True, slots=True)
class Option:
    """The name by which an edit can put this kind in place of another one of the same ``group``."""

    group: str
    name: str


@dataclass(frozen=True, slots=True)
class InputMismatch:
    """Why a layer cannot run on the shapes that reach it, as `capture.graph.ShapeConflict` has it.

    ``detail`` is a sentence without its subject, the layer.
    """

    reason: str
    expects: tuple[int, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class FilterShape:
    """How many filters (or units) a layer has, over how many input channels, and how large each kernel is."""

    filters: int
    channels: int
    height: int = 1
    width: int = 1


def no_multiply_adds(_hyperparameters: Hyperparameters, _shape: Shape) -> int:
    """Return 0: a comparison, a copy or a lookup is not counted."""
    return 0


def uncounted(_hyperparameters: Hyperparameters, _shape: Shape) -> None:
    """Return None: the layer may multiply, but nobody has counted how often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerKind:
    """Everything that is known of a kind of layer.

    Its words for readers are not here but in ``static/locales/*/kinds.json``, under `words_key`.

    What PyTorch calls it:
        name: the kind's name in the REST interface.
        modules: the module classes that are of this kind, with their subclasses.
        forms: the functions and methods that are of this kind.
        hyperparameters: the names of all it can have, in the order in which they are shown.
        pairs: those among them that are [height, width], whether PyTorch was given one number or two.
        from_module, from_call: read the hyperparameters; by default the module's attributes of these names and the
            call's arguments.
        complete: fills in what PyTorch derives of other hyperparameters, such as a pooling's stride.
        build: makes a module of this kind of hyperparameters, for kinds that an edit can make.

    What it is:
        roles: see `Role`.
        multiply_adds: counts them for hyperparameters and an output shape; see `layers.layer.Layer`.
        parameter_axis: the output axis that counts the rows of the layer's tensors; None where they have no rows.
        filter_shape: the extent of weights that can be looked at and edited one by one.

    How it computes:
        window: how it reads the rows and columns of a map, from its hyperparameters and the number of rows and
            columns of its input and output.
        field: the receptive field of all its cells, from those of its inputs and the output's shape with the batch;
            None where no one field fits all cells. For a kind with a window it follows from the window.
        reads: the cells of each input that a region of its cells reads, from the inputs' shapes. For a kind with a
            window and nothing else it follows from the window, channel by channel.
        derive: how one cell is computed. It agrees with what was recorded, or the page says "unknown".
        python: the same as lines of Python.
        formula: the function of an activation as a Python expression of ``x``.
        mismatch: why it cannot run on inputs of these shapes (without the batch).

    How it can be edited:
        edits: the names of the edits that it takes, as in `editing.edits`.
        option: how an edit asks for it.
    """

    name: str
    modules: tuple[type[nn.Module], ...] = ()
    forms: tuple[FunctionalForm, ...] = ()
    hyperparameters: tuple[str, ...] = ()
    pairs: frozenset[str] = frozenset()
    from_module: Callable[[Any], Mapping[str, Any]] | None = None
    from_call: Callable[[Call], Mapping[str, Any]] | None = None
    complete: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    build: Callable[[Hyperparameters], nn.Module] | None = None

    roles: frozenset[Role] = frozenset()
    multiply_adds: Callable[[Hyperparameters, Shape], int | None] = no_multiply_adds
    parameter_axis: int | None = None
    filter_shape: Callable[[Hyperparameters], FilterShape] | None = None

    window: Callable[[Hyperparameters, Pair, Pair], Axes] | None = None
    field: Callable[[Hyperparameters, Sequence[FieldSource], Shape], ReceptiveField | None] | None = None
    reads: Callable[[Layer, Region, Sequence[Shape]], list[Region]] | None = None
    derive: Callable[[CellQuery], CellArithmetic] | None = None
    python: Callable[[CellQuery, CellArithmetic], PythonLines] | None = None
    formula: str | None = None
    mismatch: Callable[[Hyperparameters, Sequence[Shape]], InputMismatch | None] | None = None

    edits: tuple[str, ...] = CHANNEL_EDITS
    option: Option | None = None

    @property
    def words_key(self) -> str:
        """The key of the kind's name in the locales."""
        return f"kind.{self.name}"

    @property
    def functional_parameters(self) -> tuple[str, ...]:
        """The names of tensors among a functional form's arguments, where it takes more than the one that it reads."""
        operands = self.forms[0].operands if self.forms else ()
        return operands if len(operands) > 1 else ()
