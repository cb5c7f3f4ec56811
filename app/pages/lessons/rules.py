"""The rules that answer questions. Each computes its answer with PyTorch; none is hard-coded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from app.tracing.layer_kinds.registry import kind_named

RuleResult = int | float | tuple[int, ...]
"""A number; a shape, as the lecture writes it: height, width, channels; or a cell: row, column."""

Layer = Mapping[str, Any]
"""One layer of a network in a question: the name of its ``kind``, and the arguments of that kind's PyTorch module."""

Matrix = Sequence[Sequence[float]]
Rule = Callable[..., RuleResult]


class UnknownRule(LookupError):
    """A question names a rule that does not exist."""


def apply_rule(rule: str, arguments: Mapping[str, Any]) -> RuleResult:
    """Return the answer that a rule computes. Raises UnknownRule, and TypeError where an argument is missing."""
    try:
        compute = RULES[rule]
    except KeyError:
        raise UnknownRule(rule) from None
    return compute(**arguments)


def output_size(n: int, f: int, s: int = 1, p: int = 0) -> int:
    """Return the cells along a side that a filter of F × F makes of N × N, at stride S with padding P."""
    with torch.device("meta"):
        output: Tensor = nn.Conv2d(1, 1, f, stride=s, padding=p)(torch.empty(1, 1, n, n))
    return output.shape[-1]


def output_shape(shape: Sequence[int], layers: Sequence[Layer]) -> tuple[int, ...]:
    """Return height, width and channels (or the length of a vector) after layers over height × width × channels."""
    height, width, channels = shape
    with torch.device("meta"):
        output = _network(layers)(torch.empty(1, channels, height, width))
    if output.dim() == 2:
        return (output.shape[1],)
    return (output.shape[2], output.shape[3], output.shape[1])


def parameter_count(layers: Sequence[Layer]) -> int:
    """Return how many numbers layers learn: weights and biases."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in _network(layers).parameters())


def weight_count(layers: Sequence[Layer]) -> int:
    """Return how many weights layers have, biases not counted."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in _network(layers).parameters() if parameter.dim() > 1)


def filter_size(shape: Sequence[int]) -> int:
    """Return how many numbers a filter of height × width × channels holds."""
    height, width, channels = shape
    with torch.device("meta"):
        return nn.Conv2d(channels, 1, (height, width)).weight[0].numel()


def value_count(shape: Sequence[int]) -> int:
    """Return how many numbers a tensor of this shape holds."""
    return torch.empty(tuple(shape), device="meta").numel()


def convolution_cell(picture: Matrix, kernel: Matrix, row: int, column: int, s: int = 1, p: int = 0) -> float:
    """Return one cell of a feature map: the sum of the products of window and filter."""
    feature_map = functional.conv2d(_maps(picture), _maps(kernel), stride=s, padding=p)
    return _plain(feature_map[0, 0, row, column])


def flipped_convolution_cell(picture: Matrix, kernel: Matrix, row: int, column: int) -> float:
    """Return one cell of the mathematician's convolution, which turns the kernel by half a turn first."""
    feature_map = functional.conv2d(_maps(picture), _maps(kernel).flip((2, 3)))
    return _plain(feature_map[0, 0, row, column])


def strongest_cell(picture: Matrix, kernel: Matrix) -> tuple[int, int]:
    """Return the row and column of a feature map's largest cell. Raises ValueError where there are several."""
    feature_map = functional.conv2d(_maps(picture), _maps(kernel))[0, 0]
    places = torch.nonzero(feature_map == feature_map.max()).tolist()
    if len(places) > 1:
        raise ValueError("several cells are the largest")
    return (places[0][0], places[0][1])


def relu_zero_count(values: Matrix) -> int:
    """Return how many cells ReLU makes 0."""
    return int((functional.relu(_maps(values)) == 0).sum())


def pooled_cell(values: Matrix, row: int, column: int, kind: str, f: int = 2, s: int = 2) -> float:
    """Return one cell of a pooled map; ``kind`` is max, average or min."""
    maps = _maps(values)
    pooled_map = {
        "max": lambda: functional.max_pool2d(maps, f, s),
        "average": lambda: functional.avg_pool2d(maps, f, s),
        "min": lambda: -functional.max_pool2d(-maps, f, s),
    }[kind]()
    return _plain(pooled_map[0, 0, row, column])


def max_pool_winner(values: Matrix, row: int, column: int, f: int = 2, s: int = 2) -> tuple[int, int]:
    """Return the row and column of the cell that max pooling takes for a cell of the pooled map."""
    maps = _maps(values)
    _, places = functional.max_pool2d(maps, f, s, return_indices=True)
    return divmod(int(places[0, 0, row, column]), maps.shape[3])


def window_count(n: int, f: int, row: int, column: int, s: int = 1, p: int = 0) -> int:
    """Return how many windows of F × F hold a pixel of N × N: the gradient of the sum of all windows' sums."""
    picture = torch.zeros(1, 1, n, n, requires_grad=True)
    total = functional.conv2d(picture, torch.ones(1, 1, f, f), stride=s, padding=p).sum()
    (gradient,) = torch.autograd.grad(total, picture)
    return int(gradient[0, 0, row, column])


def flattened_index(shape: Sequence[int], row: int, column: int, channel: int) -> int:
    """Return where flattening puts a cell of height × width × channels, as PyTorch counts: channel by channel."""
    height, width, channels = shape
    order = torch.arange(channels * height * width).reshape(1, channels, height, width)
    place = order[0, channel, row, column]
    return int((order.flatten(1)[0] == place).nonzero())


def dense_output(values: Sequence[float], weight: Sequence[float], bias: float) -> float:
    """Return Σ weight · value + bias."""
    x, rows, biases = (
        torch.tensor(vector, dtype=torch.float32) for vector in ([*values], [[*weight]], [bias])
    )
    return _plain(functional.linear(x, rows, biases)[0])


def changed_by_shift(values: Sequence[float], by: int) -> int:
    """Return how many places of a row of numbers change when it moves on, zeros coming in behind."""
    row = torch.tensor(list(values), dtype=torch.float32)
    return int((functional.pad(row, (by, 0))[: row.numel()] != row).sum())


def sgd_step(weight: float, gradient: float, rate: float) -> float:
    """Return a weight after one step of gradient descent, as `torch.optim.SGD` takes it."""
    parameter = nn.Parameter(torch.tensor(weight))
    parameter.grad = torch.tensor(gradient)
    torch.optim.SGD([parameter], lr=rate).step()
    return _plain(parameter)


def grey_level(red: int, green: int, blue: int) -> int:
    """Return the grey level of a colour, as Pillow makes it (ITU-R 601-2); 0 is black, 255 is white."""
    (level,) = Image.new("RGB", (1, 1), (red, green, blue)).convert("L").tobytes()
    return int(level)


def flattened_shift(height: int, width: int, down: int, right: int) -> int:
    """Return by how many places a pixel moves in the flattened row where it moves down and right in the picture."""
    picture = torch.zeros(height, width)
    picture[0, 0] = 1
    return int(torch.roll(picture, (down, right), (0, 1)).flatten().argmax())


def dense_weight_count(side: int, channels: int, filters: int) -> int:
    """Return how many weights a dense layer needs from side × side × channels to side × side × filters."""
    with torch.device("meta"):
        return nn.Linear(side * side * channels, side * side * filters).weight.numel()


def filter_weight_count(f: int, channels: int, filters: int) -> int:
    """Return how many weights ``filters`` filters of F × F × ``channels`` have together."""
    with torch.device("meta"):
        return nn.Conv2d(channels, filters, f).weight.numel()


def accepted_shape_index(shapes: Sequence[Sequence[int]], channels: int) -> int:
    """Return the index of the shape a convolution over ``channels`` accepts. Raises ValueError unless it is one."""
    with torch.device("meta"):
        layer = nn.Conv2d(channels, 1, 1)
        positions = []
        for position, shape in enumerate(shapes):
            try:
                layer(torch.empty(tuple(shape)))
            except RuntimeError:
                continue
            positions.append(position)
    (index,) = positions
    return index


def activation_value(x: float, kind: str) -> float:
    """Return an activation function of one number; ``kind`` is what `torch.nn.functional` calls it."""
    value: Tensor = getattr(functional, kind)(torch.tensor(x, dtype=torch.float32))
    return _plain(value)


def pooled_cells_kept_by_shift(values: Matrix, by: int, f: int = 2) -> int:
    """Return how many cells of a max-pooled map stay as they are when the map moves right by columns, zeros behind."""
    maps = _maps(values)
    later = functional.pad(maps, (by, 0))[..., : maps.shape[3]]
    return int((functional.max_pool2d(maps, f) == functional.max_pool2d(later, f)).sum())


def multiplication_count(shape: Sequence[int], layers: Sequence[Layer]) -> int:
    """Return the multiplications of the last of layers over height × width × channels, a convolution or dense layer.

    Every output is the sum of as many products as the layer has weights for it.
    """
    *before, last = layers
    height, width, channels = shape
    with torch.device("meta"):
        module = _network([last])
        output: Tensor = module(_network(before)(torch.empty(1, channels, height, width)))
        weight: Tensor = next(parameter for parameter in module.parameters() if parameter.dim() > 1)
    return output.numel() * weight[0].numel()


def strongest_filter(picture: Matrix, a: Matrix, b: Matrix, c: Matrix) -> int:
    """Return which of three filters has the largest value in its map: 0, 1 or 2. Raises ValueError where two tie."""
    peaks = [float(functional.conv2d(_maps(picture), _maps(kernel)).max()) for kernel in (a, b, c)]
    if peaks.count(max(peaks)) > 1:
        raise ValueError("two filters answer alike")
    return peaks.index(max(peaks))


def strongest_window_center(picture: Matrix, kernel: Matrix) -> tuple[int, int]:
    """Return the pixel in the middle of the window of `strongest_cell`. Raises ValueError where there are several."""
    row, column = strongest_cell(picture, kernel)
    return (row + len(kernel) // 2, column + len(kernel[0]) // 2)


def window_start(picture: Matrix, f: int, row: int, column: int, s: int = 1) -> tuple[int, int]:
    """Return the row and column of the pixel at the top left of the F × F window that a cell is made of."""
    height, width = len(picture), len(picture[0])
    places = torch.arange(height * width, dtype=torch.float32).reshape(1, 1, height, width)
    corner = torch.zeros(1, 1, f, f)
    corner[0, 0, 0, 0] = 1
    first_places = functional.conv2d(places, corner, stride=s)
    return divmod(int(first_places[0, 0, row, column]), width)


def unread_rows(n: int, f: int, s: int) -> int:
    """Return how many rows of N × N no window of F × F reads at stride S."""
    picture = torch.zeros(1, 1, n, n, requires_grad=True)
    (gradient,) = torch.autograd.grad(
        functional.conv2d(picture, torch.ones(1, 1, f, f), stride=s).sum(), picture
    )
    return int((gradient[0, 0].sum(dim=1) == 0).sum())


def same_padding(f: int) -> int:
    """Return the padding with which a filter of F × F at stride 1 makes as many cells as there are pixels.

    Raises ValueError where there is none: for an even F.
    """
    n = 4 * f
    for padding in range(f):
        if output_size(n, f, 1, padding) == n:
            return padding
    raise ValueError(f"no padding on both sides keeps the size under {f} × {f}")


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        output_size,
        output_shape,
        parameter_count,
        weight_count,
        filter_size,
        value_count,
        convolution_cell,
        flipped_convolution_cell,
        strongest_cell,
        relu_zero_count,
        pooled_cell,
        max_pool_winner,
        window_count,
        flattened_index,
        dense_output,
        changed_by_shift,
        sgd_step,
        grey_level,
        flattened_shift,
        dense_weight_count,
        filter_weight_count,
        accepted_shape_index,
        activation_value,
        pooled_cells_kept_by_shift,
        multiplication_count,
        strongest_filter,
        strongest_window_center,
        window_start,
        unread_rows,
        same_padding,
    )
}


def _network(layers: Sequence[Layer]) -> nn.Module:
    return nn.Sequential(*map(_module, layers))


def _module(layer: Layer) -> nn.Module:
    arguments = {name: value for name, value in layer.items() if name != "kind"}
    module, *_ = kind_named(layer["kind"]).modules
    return module(**arguments)


def _maps(values: Matrix) -> Tensor:
    return torch.tensor([[list(row) for row in values]], dtype=torch.float32).unsqueeze(0)


def _plain(value: Tensor) -> float:
    """A float32 as the shortest decimal that people would write, whole numbers as such."""
    number = round(float(value.detach()), 6)
    return int(number) if number.is_integer() else number
