// SPDX-License-Identifier: Apache-2.0
package io.secmoe.tokenizer;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeBuffer;
import io.secmoe.jni.NativeException;
import io.secmoe.jni.NativeHandle;
import io.secmoe.model.checkpoint.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * A model's {@code tokenizer.json}: it turns texts into ids, with the special tokens that the file
 * adds, by HuggingFace's tokenizers library. Texts are neither truncated nor padded, whatever the
 * file asks for; the caller decides how many ids are too many. Several threads may use it at once.
 * It works on this machine alone, and no error repeats any of a text.
 */
public final class Tokenizer implements AutoCloseable {
  /** Most bytes of a file: several times those of the largest vocabularies. */
  private static final long MAX_BYTES = 256L << 20;

  /** Room for special tokens, and for the few texts with more ids than bytes. */
  private static final int MORE_IDS = 64;

  /** Longer texts have no room for their ids. */
  private static final int MAX_TEXT_BYTES = Integer.MAX_VALUE / Integer.BYTES - MORE_IDS;

  private final NativeHandle handle;

  private Tokenizer(NativeHandle handle) {
    this.handle = handle;
  }

  /**
   * Reads a file.
   *
   * @throws ModelException for a file that is not a tokenizer.json; it names the file
   */
  public static Tokenizer open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw unusable("there is no such file", file, null);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size > MAX_BYTES) {
        throw unusable("it has " + size + " bytes, at most " + MAX_BYTES + " are read", file, null);
      }
      ByteBuffer json = channel.map(MapMode.READ_ONLY, 0, size);
      return new Tokenizer(
          new NativeHandle(
              Native.tokenizerNew(
                  new NativeBuffer(size == 0 ? 0 : MemoryUtil.getByteBufferAddress(json), size))));
    } catch (IOException e) {
      throw unusable("it cannot be read (" + e + ")", file, e);
    } catch (NativeException e) {
      throw unusable(
          "it is no tokenizer that this version knows (" + e.getMessage() + ")", file, e);
    }
  }

  /**
   * Returns the ids of a text.
   *
   * @throws TokenizerException if it has none: the vocabulary knows neither a word of it nor a
   *     token for unknown ones
   */
  public int[] encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the ids of a text that is UTF-8 already; other bytes are a {@link TokenizerException}.
   */
  public int[] encode(byte[] text) {
    if (text.length > MAX_TEXT_BYTES) {
      throw new TokenizerException("the text is longer than " + MAX_TEXT_BYTES + " bytes");
    }
    ByteBuffer in = direct(Math.max(1, text.length)).put(text);
    try {
      return encode(in, text.length, text.length + MORE_IDS);
    } catch (NativeException e) {
      if (e.code() == NativeException.Code.MALFORMED_MESSAGE) {
        throw new TokenizerException(e);
      }
      throw e;
    } finally {
      wipe(in);
    }
  }

  private int[] encode(ByteBuffer text, int bytes, int room) {
    ByteBuffer out = direct(Integer.BYTES * room).order(ByteOrder.nativeOrder());
    try {
      int count =
          Native.tokenizerEncode(
              handle.id(),
              new NativeBuffer(bytes == 0 ? 0 : MemoryUtil.getByteBufferAddress(text), bytes),
              new NativeBuffer(MemoryUtil.getByteBufferAddress(out), out.capacity()));
      if (count > room) {
        return encode(text, bytes, count);
      }
      int[] ids = new int[count];
      out.asIntBuffer().get(ids);
      return ids;
    } finally {
      wipe(out);
    }
  }

  /** Allocates a buffer. Java's own error would reveal the length of the text. */
  private static ByteBuffer direct(int bytes) {
    try {
      return ByteBuffer.allocateDirect(bytes);
    } catch (OutOfMemoryError e) {
      throw new OutOfMemoryError(
          "no direct memory is left for a text and its tokens; raise -XX:MaxDirectMemorySize, or"
              + " spark.executor.memory, which it follows");
    }
  }

  private static void wipe(ByteBuffer buffer) {
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) 0);
    }
  }

  private static ModelException unusable(String what, Path file, Exception cause) {
    return new ModelException(
        what,
        file.toString(),
        "give the tokenizer.json of the model, as the tokenizers library writes it",
        cause);
  }

  @Override
  public void close() {
    handle.close();
  }
}
