import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { assertNever } from '@mammoline/kernel';
import { inputId, type GraphNode, type NetworkGraph } from '../graph/network-graph.ts';
import type { NamedArray } from '../weights/named-arrays.ts';

/** The names of input and output: [batch, side, side, 1], grey 0..1 in, probabilities out. */
export const onnxNames = { images: 'images', probabilities: 'probabilities' } as const;

/** ONNX's numbers (onnx.proto3): format version, operator set, and of its enums what is used here. */
const irVersion = 7n;
const operatorSet = 13n;
const float = 1;
const attributeInt = 2;
const attributeInts = 7;
const bytesPerValue = 4;

/** Bytes of the file: written already, or so many that are written where they come to lie. */
type Piece = Uint8Array | { readonly length: number; readonly write: (target: DataView) => void };

/**
 * Writes the ONNX format (onnx/onnx.proto3, operator set 13). ONNX computes channels first, so the images are transposed at the door and back at the
 * end, and filters are stored as outputs, inputs, rows, columns. The weights, nearly all of the file, are written once: a message a level, as the
 * others are, would have them several times in memory.
 * @param metadata what a reader should know: kept as the model's metadata_props
 */
export function writeOnnx({ side, nodes }: NetworkGraph, metadata: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const name = (id: number): string => (id === inputId ? 'images_nchw' : `value_${String(id)}`);
  const operations = new BinaryWriter();
  writeNode(operations, 'Transpose', [onnxNames.images], name(inputId), { perm: [0, 3, 1, 2] });
  for (const node of nodes) writeOperation(operations, node, name);
  writeNode(operations, 'Transpose', [name(nodes.at(-1)?.id ?? inputId)], onnxNames.probabilities, { perm: [0, 2, 3, 1] });
  operations.tag(2, WireType.LengthDelimited).string('mammoline');
  const ends = new BinaryWriter();
  writeValueInfo(ends, 11, onnxNames.images, side);
  writeValueInfo(ends, 12, onnxNames.probabilities, side);
  const graph = [operations.finish(), ...nodes.flatMap((node) => weightsOf(node, name(node.id))), ends.finish()];

  const before = new BinaryWriter();
  before.tag(1, WireType.Varint).int64(irVersion);
  before.tag(2, WireType.LengthDelimited).string('mammoline');
  before.tag(7, WireType.LengthDelimited).uint32(lengthOf(graph));
  const after = new BinaryWriter();
  message(after, 8, (set) => set.tag(2, WireType.Varint).int64(operatorSet));
  for (const [key, value] of Object.entries(metadata)) {
    message(after, 14, (entry) => entry.tag(1, WireType.LengthDelimited).string(key).tag(2, WireType.LengthDelimited).string(value));
  }
  return joined([before.finish(), ...graph, after.finish()]);
}

const lengthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

function joined(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) bytes.set(piece, at);
    else piece.write(new DataView(bytes.buffer, at, piece.length));
    at += piece.length;
  }
  return bytes;
}

function writeOperation(graph: BinaryWriter, { id, inputs, operation }: GraphNode, name: (id: number) => string): void {
  const output = name(id);
  const from = inputs.map(name);
  const weights = (bias: Float32Array | undefined): string[] => [`${output}_filter`, ...(bias === undefined ? [] : [`${output}_bias`])];
  switch (operation.kind) {
    case 'convolve':
    case 'convolve-depthwise': {
      const { stride } = operation;
      const [rows = 0, columns = 0, channels = 0] = operation.filter.shape;
      const [above, below] = parts(rows - stride);
      const [left, right] = parts(columns - stride);
      writeNode(graph, 'Conv', [...from, ...weights(operation.bias)], output, {
        kernel_shape: [rows, columns],
        strides: [stride, stride],
        pads: [above, left, below, right],
        group: operation.kind === 'convolve' ? 1 : channels,
      });
      return;
    }
    case 'convolve-up': {
      const { stride } = operation;
      const [rows = 0, columns = 0] = operation.filter.shape;
      const [above, below] = parts(rows - stride);
      const [left, right] = parts(columns - stride);
      writeNode(graph, 'ConvTranspose', [...from, ...weights(operation.bias)], output, {
        kernel_shape: [rows, columns],
        strides: [stride, stride],
        pads: [above, left, below, right],
      });
      return;
    }
    case 'pool':
      writeNode(graph, 'MaxPool', from, output, {
        kernel_shape: [operation.size, operation.size],
        strides: [operation.size, operation.size],
      });
      return;
    case 'rectify':
      if (operation.limit === undefined) writeNode(graph, 'Relu', from, output);
      else writeNode(graph, 'Clip', [...from, `${output}_least`, `${output}_most`], output);
      return;
    case 'sigmoid':
      writeNode(graph, 'Sigmoid', from, output);
      return;
    case 'add':
      writeNode(graph, 'Add', from, output);
      return;
    case 'concatenate':
      writeNode(graph, 'Concat', from, output, { axis: 1 });
      return;
    default:
      assertNever(operation, 'operation of the graph');
  }
}

/** A margin on two sides, as TensorFlow's SAME parts it: the first gets half, rounded down. */
const parts = (margin: number): readonly [number, number] => [Math.floor(margin / 2), Math.ceil(margin / 2)];

/** NodeProto. */
function writeNode(
  graph: BinaryWriter,
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): void {
  message(graph, 1, (node) => {
    for (const input of inputs) node.tag(1, WireType.LengthDelimited).string(input);
    node.tag(2, WireType.LengthDelimited).string(output);
    node.tag(3, WireType.LengthDelimited).string(output);
    node.tag(4, WireType.LengthDelimited).string(operator);
    for (const [key, value] of Object.entries(attributes)) {
      message(node, 5, (attribute) => {
        attribute.tag(1, WireType.LengthDelimited).string(key);
        if (typeof value === 'number') attribute.tag(3, WireType.Varint).int64(value);
        else for (const one of value) attribute.tag(8, WireType.Varint).int64(one);
        attribute.tag(20, WireType.Varint).int32(typeof value === 'number' ? attributeInt : attributeInts);
      });
    }
  });
}

function weightsOf({ operation }: GraphNode, output: string): readonly Piece[] {
  if (operation.kind === 'rectify' && operation.limit !== undefined) {
    return [...scalar(`${output}_least`, 0), ...scalar(`${output}_most`, operation.limit)];
  }
  if (operation.kind !== 'convolve' && operation.kind !== 'convolve-depthwise' && operation.kind !== 'convolve-up') return [];
  const { filter, bias } = operation;
  const [rows = 0, columns = 0, a = 0, b = 0] = filter.shape;
  // Of a depthwise filter, whose b is 1, the channels lie as they would with a and b the other way round.
  const shape = operation.kind === 'convolve-depthwise' ? [a, b, rows, columns] : [b, a, rows, columns];
  return [
    ...tensor(`${output}_filter`, shape, (target) => {
      writeChannelsFirst(filter, target);
    }),
    ...(bias === undefined
      ? []
      : tensor(`${output}_bias`, [bias.length], (target) => {
          bias.forEach((value, at) => {
            target.setFloat32(at * bytesPerValue, value, true);
          });
        })),
  ];
}

const scalar = (name: string, value: number): readonly Piece[] =>
  tensor(name, [], (target) => {
    target.setFloat32(0, value, true);
  });

/** TensorProto: an initializer of the graph. */
function tensor(name: string, shape: readonly number[], write: (target: DataView) => void): readonly Piece[] {
  const length = shape.reduce((product, side) => product * side, bytesPerValue);
  const head = new BinaryWriter();
  for (const side of shape) head.tag(1, WireType.Varint).int64(side);
  head.tag(2, WireType.Varint).int32(float);
  head.tag(8, WireType.LengthDelimited).string(name);
  head.tag(9, WireType.LengthDelimited).uint32(length);
  const bytes = head.finish();
  return [
    new BinaryWriter()
      .tag(5, WireType.LengthDelimited)
      .uint32(bytes.length + length)
      .finish(),
    bytes,
    { length, write },
  ];
}

/** ValueInfoProto of images: any number of them. */
function writeValueInfo(graph: BinaryWriter, field: number, name: string, side: number): void {
  message(graph, field, (info) => {
    info.tag(1, WireType.LengthDelimited).string(name);
    message(info, 2, (type) => {
      message(type, 1, (tensor) => {
        tensor.tag(1, WireType.Varint).int32(float);
        message(tensor, 2, (shape) => {
          message(shape, 1, (batch) => batch.tag(2, WireType.LengthDelimited).string('batch'));
          for (const length of [side, side, 1]) message(shape, 1, (dimension) => dimension.tag(1, WireType.Varint).int64(length));
        });
      });
    });
  });
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => unknown): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

/** [rows, columns, a, b] to [b, a, rows, columns]. */
function writeChannelsFirst({ shape: [rows = 0, columns = 0, a = 0, b = 0], values }: NamedArray, target: DataView): void {
  let at = 0;
  for (let pixel = 0; pixel < rows * columns; pixel += 1) {
    for (let i = 0; i < a; i += 1) {
      for (let j = 0; j < b; j += 1) {
        target.setFloat32(((j * a + i) * rows * columns + pixel) * bytesPerValue, values[at] ?? 0, true);
        at += 1;
      }
    }
  }
}
