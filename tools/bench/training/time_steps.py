"""The same networks and steps as time-steps.ts in Python TensorFlow: python time_steps.py CASE STEPS prints one line of JSON."""
import json
import resource
import sys
import time

import numpy as np
import tensorflow as tf
from tensorflow import keras
from keras import layers

EPSILON = 1e-3


class FusedNormalisation(layers.Layer):
    """TensorFlow's own operation: Keras 3 composes batch normalisation, which takes several times as long on a CPU."""

    def build(self, shape):
        channels = (shape[-1],)
        self.scale = self.add_weight(shape=channels, initializer="ones")
        self.offset = self.add_weight(shape=channels, initializer="zeros")
        self.mean = self.add_weight(shape=channels, initializer="zeros", trainable=False)
        self.variance = self.add_weight(shape=channels, initializer="ones", trainable=False)

    def call(self, x, training=False):
        fused = tf.compat.v1.nn.fused_batch_norm
        if not training:
            return fused(x, self.scale, self.offset, self.mean, self.variance, EPSILON, is_training=False)[0]
        y, mean, variance = fused(x, self.scale, self.offset, epsilon=EPSILON, is_training=True)
        self.mean.assign(0.9 * self.mean + 0.1 * mean)
        self.variance.assign(0.9 * self.variance + 0.1 * variance)
        return y


def normalised(x, convolution, limit=None, rectified=True):
    x = FusedNormalisation()(convolution(x))
    return layers.ReLU(max_value=limit)(x) if rectified else x


def block(x, channels):
    for _ in range(2):
        x = normalised(x, layers.Conv2D(channels, 3, padding="same", use_bias=False))
    return x


def compact(side):
    image = layers.Input((side, side, 1))
    x, skips = image, []
    levels = [16, 32, 64, 128, 128]
    for channels in levels:
        x = block(x, channels)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, 128)
    for channels in reversed(levels):
        x = layers.Conv2DTranspose(channels, 2, strides=2, padding="same")(x)
        x = block(layers.Concatenate()([x, skips.pop()]), channels)
    return keras.Model(image, layers.Conv2D(1, 1)(x))


def lite0(side):
    def pointwise(channels):
        return layers.Conv2D(channels, 1, use_bias=False)

    image = layers.Input((side, side, 1))
    stem = layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False)
    x, skips = normalised(image * (255 / 128) - 127 / 128, stem, 6), []
    stages = [(16, 1, 3, 1, 1), (24, 2, 3, 2, 6), (40, 2, 5, 2, 6), (80, 3, 3, 2, 6), (112, 3, 5, 1, 6), (192, 4, 5, 2, 6), (320, 1, 3, 1, 6)]
    for channels, blocks, size, first_stride, wider in stages:
        for index in range(blocks):
            stride = first_stride if index == 0 else 1
            if stride == 2:
                skips.append(x)
            inside = x.shape[-1] * wider
            y = x if wider == 1 else normalised(x, pointwise(inside), 6)
            y = normalised(y, layers.DepthwiseConv2D(size, strides=stride, padding="same", use_bias=False), 6)
            y = normalised(y, pointwise(channels), rectified=False)
            x = x + y if stride == 1 and x.shape[-1] == channels else y
    for channels in [96, 64, 48, 32]:
        x = layers.Conv2DTranspose(channels, 2, strides=2, padding="same")(x)
        x = block(layers.Concatenate()([x, skips.pop()]), channels)
    return keras.Model(image, layers.Conv2DTranspose(1, 2, strides=2)(x))


def vgg16(side):
    image = layers.Input((side, side, 1))
    x, skips = layers.Concatenate()([image] * 3), []
    for channels, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(count):
            # The seed's encoder is not trained.
            x = layers.Conv2D(channels, 3, padding="same", activation="relu", trainable=False)(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    for channels, count in [(512, 3), (512, 3), (256, 3), (128, 2), (64, 2)]:
        x = layers.Conv2DTranspose(channels, 3, strides=2, padding="same")(x)
        x = layers.Dropout(0.5)(layers.Concatenate()([x, skips.pop()]))
        for _ in range(count):
            x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
    return keras.Model(image, layers.Conv2D(1, 1)(x))


# The network, what is trained at once, the sides of what it is trained on and predicts, and whether its loss has Dice in it.
NETWORKS = {
    "compact": (compact, 8, 256, 256, True),
    "lite0": (lite0, 8, 192, 384, True),
    "vgg16": (vgg16, 4, 224, 224, False),
}


def loss_of(logits, truth, with_dice):
    cross_entropy = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(truth, logits))
    if not with_dice:
        return cross_entropy
    probabilities = tf.sigmoid(logits)
    overlap = tf.reduce_sum(probabilities * truth, axis=[1, 2, 3])
    areas = tf.reduce_sum(probabilities, axis=[1, 2, 3]) + tf.reduce_sum(truth, axis=[1, 2, 3])
    return cross_entropy + tf.reduce_mean(1 - (2 * overlap + 1) / (areas + 1))


def main(name, steps):
    create, examples, trained_side, predicted_side, with_dice = NETWORKS[name.split("-")[0]]
    is_training = not name.endswith("predict")
    batch, side = (examples, trained_side) if is_training else (1, predicted_side)
    network = create(side)
    optimizer = keras.optimizers.Adam(1e-4)
    random = np.random.default_rng(1)
    images = tf.constant(random.uniform(0.2, 0.6, (batch, side, side, 1)).astype(np.float32))
    truth = tf.constant((random.uniform(size=(batch, side, side, 1)) < 0.01).astype(np.float32))

    @tf.function
    def train(images, truth):
        with tf.GradientTape() as tape:
            loss = loss_of(network(images, training=True), truth, with_dice)
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    @tf.function
    def predict(images):
        return tf.sigmoid(network(images, training=False))

    times = []
    for _ in range(steps):
        wall, cpu = time.perf_counter(), time.process_time()
        (train(images, truth) if is_training else predict(images)).numpy()
        times.append((1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)))
    # The first traces the graph.
    later = times[1:]
    print(
        json.dumps(
            {
                "wallMs": float(np.median([wall for wall, _ in later])),
                "cpuMs": float(np.median([cpu for _, cpu in later])),
                "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "version": tf.__version__,
            }
        )
    )


main(sys.argv[1], int(sys.argv[2]))
