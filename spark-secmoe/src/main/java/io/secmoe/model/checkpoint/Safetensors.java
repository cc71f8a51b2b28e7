// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint in the safetensors format: 8 bytes of header length (little-endian), a JSON header,
 * then the tensors' data. The header is checked in full when the file is opened. Data are
 * memory-mapped and read lazily. Every malformation is a {@link ModelException}.
 */
public final class Safetensors implements AutoCloseable {
  private static final int LENGTH_BYTES = 8;
  private static final int HASH_BLOCK = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;

  private Safetensors(Path file, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
  }

  public static Safetensors open(Path file) {
    ModelFiles.requireFile(file, "give the path of a .safetensors file");
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      Safetensors opened = read(file, channel);
      channel = null;
      return opened;
    } catch (IOException e) {
      throw ModelFiles.unreadable(file, e);
    } finally {
      closeQuietly(channel);
    }
  }

  /** Returns the file, for messages. */
  String where() {
    return file.toString();
  }

  /** Returns tensor names in the order of their data. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /**
   * Returns the names of tensors that were left out because the file has them under another name,
   * with that name.
   */
  Map<String, String> aliases() {
    return header.aliases();
  }

  /** Returns the header of a tensor that the file has. */
  TensorHeader header(String name) {
    return header.tensors().get(name);
  }

  /** Maps a tensor; its elements are read when asked for. */
  public Tensor tensor(String name) {
    return tensor(name, name);
  }

  /**
   * Maps a tensor for readers who know it by another name.
   *
   * @param as {@link Tensor#name}; messages name the tensor as the file does
   */
  Tensor tensor(String name, String as) {
    TensorHeader header = header(name);
    if (header == null) {
      throw new ModelException(
          "there is no tensor " + name, file.toString(), "give a checkpoint of this architecture");
    }
    List<ByteBuffer> maps = new ArrayList<>();
    try {
      for (long at = header.begin(); at < header.end(); at += Tensor.MAP_BYTES) {
        maps.add(
            channel.map(
                MapMode.READ_ONLY, dataStart + at, Math.min(Tensor.MAP_BYTES, header.end() - at)));
      }
    } catch (IOException e) {
      throw ModelFiles.unreadable(file, e);
    }
    return new Tensor(file + ", tensor " + name, as, header, maps);
  }

  /** Returns the SHA-256 of the whole file, lower-case hexadecimal. */
  public String sha256() {
    MessageDigest hash = Hashes.sha256();
    ByteBuffer block = ByteBuffer.allocate(HASH_BLOCK);
    try {
      for (long at = 0; channel.read(block, at) > 0; at += block.limit(), block.clear()) {
        hash.update(block.flip());
      }
    } catch (IOException e) {
      throw ModelFiles.unreadable(file, e);
    }
    return Hashes.hex(hash.digest());
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static Safetensors read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    byte[] start = bytes(channel, 0, (int) Math.min(size, LENGTH_BYTES + 1));
    refuseOtherFormats(file, start);
    if (size < LENGTH_BYTES + 2) {
      throw malformed(file, "it is too short: " + size + " bytes");
    }
    long headerBytes = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerBytes < 0 || headerBytes > Json.MAX_BYTES) {
      throw malformed(
          file,
          "the header claims "
              + Long.toUnsignedString(headerBytes)
              + " bytes, at most "
              + Json.MAX_BYTES
              + " are read");
    }
    long dataStart = LENGTH_BYTES + headerBytes;
    if (dataStart > size) {
      throw malformed(file, "the header claims " + headerBytes + " bytes, the file has " + size);
    }
    byte[] json = bytes(channel, LENGTH_BYTES, (int) headerBytes);
    return new Safetensors(
        file, channel, dataStart, SafetensorsHeader.parse(json, size - dataStart, file.toString()));
  }

  private static void refuseOtherFormats(Path file, byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    // Pickles have no magic number. Protocols 2 to 5 start like this, and as a header length, 0x80
    // 0x02.. would have to end in zeros.
    boolean pickle =
        start.length > 4
            && (start[0] & 0xff) == 0x80
            && start[1] >= 2
            && start[1] <= 5
            && start[3] != 0;
    if (text.startsWith("PK\3\4") || pickle) {
      throw new ModelException(
          "it is a PyTorch or pickle file, which can run code when opened, not a safetensors file",
          file.toString(),
          "load it where it comes from and save it with safetensors.torch.save_file");
    }
    if (text.startsWith("version ")) {
      throw new ModelException(
          "it is a Git LFS pointer, not the weights",
          file.toString(),
          "fetch the file with git lfs pull");
    }
  }

  private static byte[] bytes(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
      // Read on: a channel may return less than asked for.
    }
    if (buffer.hasRemaining()) {
      throw new IOException("the file shrank while it was read");
    }
    return buffer.array();
  }

  private static ModelException malformed(Path file, String what) {
    return new ModelException(what, file.toString(), SafetensorsHeader.REMEDY);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written, so a failed close loses nothing.
    }
  }
}
