// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static io.secmoe.flight.RawCalls.field;
import static io.secmoe.flight.RawCalls.proto;

import com.google.protobuf.ByteString;
import io.secmoe.channel.FrameHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Messages that no honest peer sends where a frame belongs, by what is wrong with them. */
final class HostileBytes {
  static final int DESCRIPTOR = Flight.FlightData.FLIGHT_DESCRIPTOR_FIELD_NUMBER;
  static final int HEADER = Flight.FlightData.DATA_HEADER_FIELD_NUMBER;
  static final int METADATA = Flight.FlightData.APP_METADATA_FIELD_NUMBER;
  static final int BODY = Flight.FlightData.DATA_BODY_FIELD_NUMBER;

  /** Lengths, as 64-bit numbers: those above 2^31 and the negative ones take up to ten bytes. */
  private static final long[] CLAIMS = {
    1,
    100,
    1 << 20,
    64 << 20,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    -1,
    Long.MIN_VALUE
  };

  private HostileBytes() {}

  /** Returns an honest first message. */
  static byte[] descriptor() {
    return descriptor((byte) 1);
  }

  /** Returns an honest first message with a ticket of one byte. */
  static byte[] descriptor(byte ticket) {
    return field(
        DESCRIPTOR,
        Flight.FlightDescriptor.newBuilder()
            .setType(Flight.FlightDescriptor.DescriptorType.CMD)
            .setCmd(ByteString.copyFrom(new byte[] {ticket}))
            .build()
            .toByteArray());
  }

  /** Returns an honest frame. */
  static byte[] frame() {
    return field(METADATA, new byte[100]);
  }

  private static byte[] schema() {
    Schema schema = new Schema(List.of(Field.nullable("i", new ArrowType.Int(32, true))));
    return bytes(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT));
  }

  private static byte[] bytes(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    return bytes;
  }

  /** Returns a serialised schema whose first four bytes claim 2 GiB. */
  static byte[] schemaThatClaimsMuch() {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(-1)
        .putInt(Integer.MAX_VALUE)
        .array();
  }

  private static byte[] batch() {
    try (ArrowRecordBatch batch = new ArrowRecordBatch(1 << 30, List.of(), List.of())) {
      return bytes(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT));
    }
  }

  /** Returns messages that each end a conversation at any point of it. */
  static Map<String, byte[]> messages() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("empty", new byte[0]);
    for (int number : new int[] {DESCRIPTOR, HEADER, METADATA, BODY}) {
      int tag = number << 3 | 2;
      all.put("field " + number + ", tag alone", proto(tag));
      for (long claim : CLAIMS) {
        all.put("field " + number + " claims " + claim + ", none sent", proto(tag, claim));
      }
      all.put("field " + number + " claims one too few", proto(tag, 99, new byte[100]));
      all.put("field " + number + " claims one too many", proto(tag, 101, new byte[100]));
      all.put("field " + number + " of no bytes", proto(tag, 0));
      all.put(
          "field " + number + " twice",
          proto(field(number, new byte[100]), field(number, new byte[100])));
      all.put("field " + number + " after a frame", proto(frame(), field(number, new byte[100])));
      all.put("field " + number + " as a number", proto(number << 3, 5));
      all.put("field " + number + " with its length cut off", proto(tag, new byte[] {(byte) 0x80}));
      all.put(
          "field " + number + " with a length that does not end",
          proto(tag, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));
    }
    all.put("data_body without a header", field(BODY, new byte[1000]));
    all.put("a header of garbage", field(HEADER, new byte[] {-1, -1, -1, 127, 1, 2, 3, 4}));
    all.put("a schema", field(HEADER, schema()));
    all.put("a record batch of 2^30 rows", proto(field(HEADER, batch()), field(BODY, new byte[8])));
    all.put("an unknown field", field(15, new byte[10]));
    all.put("an unknown field before a frame", proto(field(15, new byte[10]), frame()));
    all.put("an unknown field after a frame", proto(frame(), field(15, new byte[10])));
    all.put("a group", proto(1 << 3 | 3));
    all.put("bytes after a frame", proto(frame(), new byte[] {0}));
    all.put("a frame above the limit", field(METADATA, new byte[FrameHeader.MAX_FRAME + 1]));
    all.put("a tag of eleven bytes", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
    return all;
  }
}
