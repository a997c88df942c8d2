"""Uploads a mammogram, waits for its prediction, writes the mask:

    python client.py INGESTOR PREDICTOR FILE PATIENT MASK.png

INGESTOR and PREDICTOR are host:port, PATIENT is the code of the file's patient. Needs grpcio, and the stubs beside it (README.md).
"""

import os
import sys
import threading
import time

import grpc
from mammoline.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from mammoline.prediction.v1 import prediction_pb2, prediction_pb2_grpc

ingestor, predictor, file, patient, mask = sys.argv[1:]


def read(path):
    with open(path, "rb") as source:
        return source.read()


# A mask is larger than gRPC's own limit may be.
limits = [("grpc.max_receive_message_length", 64 * 1024 * 1024)]
# How the services are spoken to: with TLS where an authority is named, with a token where there is one.
authority = os.environ.get("MAMMOLINE_TLS_CA_FILE")
token_file = os.environ.get("MAMMOLINE_TOKEN_FILE")
metadata = [("authorization", f"Bearer {read(token_file).decode().strip()}")] if token_file else []


def channel(address):
    if authority:
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(read(authority)), limits)
    return grpc.insecure_channel(address, limits)


def parts():
    """A header, then chunks of less than 4 MiB."""
    yield ingest_pb2.UploadRequest(header=ingest_pb2.UploadHeader(file_name=os.path.basename(file)))
    with open(file, "rb") as source:
        while chunk := source.read(1024 * 1024):
            yield ingest_pb2.UploadRequest(chunk=chunk)


with channel(ingestor) as to_ingestor, channel(predictor) as to_predictor:
    ingest = ingest_pb2_grpc.IngestServiceStub(to_ingestor)
    prediction = prediction_pb2_grpc.PredictionServiceStub(to_predictor)

    # From now on: before the file goes in.
    watch = prediction.WatchPredictions(prediction_pb2.WatchPredictionsRequest(), timeout=600, metadata=metadata)
    completed = []

    def look():
        for answer in watch:
            if answer.prediction.view.patient_code == patient:
                completed.append(answer.prediction.id)
                return

    looking = threading.Thread(target=look)
    looking.start()
    time.sleep(2)
    answer = ingest.Upload(parts(), metadata=metadata)
    print(ingest_pb2.UploadOutcome.Name(answer.outcome))
    looking.join()
    watch.cancel()
    if not completed:
        sys.exit(f"the watch ended without a prediction of {patient}")
    got = prediction.GetPrediction(prediction_pb2.GetPredictionRequest(prediction_id=completed[0]), metadata=metadata)
    with open(mask, "wb") as target:
        target.write(got.prediction.mask_png)
    print(completed[0])
