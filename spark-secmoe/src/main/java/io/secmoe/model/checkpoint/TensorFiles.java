// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The tensors of a model directory: those of {@code model.safetensors}, or of all the files that
 * {@code model.safetensors.index.json} names. When the directory is opened, every file's header is
 * checked, and so is the index, which must name the right file for every tensor. Tensors are
 * memory-mapped, and no checkpoint is ever in the heap. Every malformation is a {@link
 * ModelException}.
 */
public final class TensorFiles implements AutoCloseable {
  private static final String REMEDY = "save the model with the safetensors format";
  private static final String INDEX_REMEDY =
      "fetch or export the checkpoint again, all its files together";
  private static final String SHARD_NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors";

  /** The file that has a tensor, and the tensor's name there. */
  private record Home(Safetensors file, String name) {
    public String where() {
      return file.where() + ", tensor " + name;
    }
  }

  private final Map<String, Safetensors> files = new TreeMap<>();

  /** Stored tensors by the names in the files' headers. */
  private final Map<String, Home> stored = new LinkedHashMap<>();

  /** Stored tensors by other names. */
  private final Map<String, Home> aliases = new LinkedHashMap<>();

  private final Map<String, Tensor> mapped = new ConcurrentHashMap<>();

  private final String file;

  private TensorFiles(Path file) {
    this.file = file.toString();
  }

  /**
   * Opens the checkpoint of a directory. A checkpoint in another format is refused by its file's
   * name.
   */
  public static TensorFiles open(Path directory) {
    Path single = directory.resolve(ModelFiles.WEIGHTS);
    Path index = directory.resolve(ModelFiles.INDEX);
    boolean sharded = !Files.exists(single) && Files.exists(index);
    TensorFiles opened = new TensorFiles(sharded ? index : single);
    try {
      if (sharded) {
        opened.addShards(directory, index);
      } else {
        refusePickles(directory);
        opened.add(directory, ModelFiles.WEIGHTS);
      }
      return opened;
    } catch (ModelException e) {
      opened.close();
      throw e;
    }
  }

  /** Returns all names of tensors, aliases included. Several names may stand for one tensor. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(stored.keySet());
    names.addAll(aliases.keySet());
    return names;
  }

  /**
   * Returns the tensors that none of these names stands for, in the order of the files and their
   * data.
   */
  public List<String> unused(Set<String> used) {
    Set<Home> taken = used.stream().map(this::home).collect(Collectors.toSet());
    return stored.keySet().stream().filter(name -> !taken.contains(stored.get(name))).toList();
  }

  /**
   * Returns true if a tensor that is there has no element that could be a weight: it is empty, or
   * its elements are integers.
   */
  public boolean holdsNoWeights(String name) {
    Home home = home(name);
    TensorHeader header = home.file().header(home.name());
    return header.elements() == 0 || !header.type().floating();
  }

  /**
   * Names the tensors whose names begin with {@code prefix} by the rest of their names. Call it
   * before any tensor is mapped.
   */
  public void leaveOut(String prefix) {
    for (Map<String, Home> homes : List.of(stored, aliases)) {
      Map<String, Home> old = new LinkedHashMap<>(homes);
      homes.clear();
      old.forEach(
          (name, home) -> {
            String shorter = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            if (homes.put(shorter, home) != null) {
              throw new ModelException(
                  "without the beginning \""
                      + prefix
                      + "\" of most names, two tensors have the name "
                      + shorter,
                  home.where(),
                  "take one of the two out");
            }
          });
    }
  }

  /** Maps a tensor that is there. Mapped tensors stay readable after this is closed. */
  public Tensor tensor(String name) {
    return mapped.computeIfAbsent(name, n -> home(n).file().tensor(home(n).name(), n));
  }

  /** Returns file and name of a tensor, which need not be there, for messages. */
  public String where(String name) {
    Home home = home(name);
    return home == null ? file + ", tensor " + name : home.where();
  }

  private Home home(String name) {
    return stored.getOrDefault(name, aliases.get(name));
  }

  /**
   * Returns the SHA-256 of the one file. For several files, it is the SHA-256 of their names and
   * digests in the order of names.
   */
  public String sha256() {
    if (files.size() == 1) {
      return files.values().iterator().next().sha256();
    }
    MessageDigest hash = Hashes.sha256();
    files.forEach(
        (name, file) ->
            hash.update((name + " " + file.sha256() + "\n").getBytes(StandardCharsets.US_ASCII)));
    return Hashes.hex(hash.digest());
  }

  @Override
  public void close() {
    files.values().forEach(Safetensors::close);
  }

  private Safetensors add(Path directory, String name) {
    Safetensors file = Safetensors.open(directory.resolve(name));
    files.put(name, file);
    file.names().forEach(tensor -> stored.putIfAbsent(tensor, new Home(file, tensor)));
    file.aliases().forEach((alias, tensor) -> aliases.putIfAbsent(alias, new Home(file, tensor)));
    return file;
  }

  private void addShards(Path directory, Path index) {
    Fields map =
        Json.read(ModelFiles.read(index, INDEX_REMEDY), index.toString(), INDEX_REMEDY)
            .object("weight_map");
    Map<String, String> told = new TreeMap<>();
    for (String tensor : map.names()) {
      String shard = map.text(tensor, 256);
      if (!shard.matches(SHARD_NAME)) {
        throw map.wrong(tensor, "is no name of a .safetensors file in this directory");
      }
      told.put(tensor, shard);
    }
    if (told.isEmpty()) {
      throw new ModelException("it names no tensor", index.toString(), INDEX_REMEDY);
    }
    for (String shard : new TreeSet<>(told.values())) {
      check(told, shard, add(directory, shard), directory);
    }
    told.forEach(
        (tensor, shard) -> {
          if (home(tensor) == null) {
            throw new ModelException(
                "the tensor is missing, though " + ModelFiles.INDEX + " names it",
                directory.resolve(shard) + ", tensor " + tensor,
                INDEX_REMEDY);
          }
        });
  }

  /** Checks that every tensor of a file is one that the index says is there. */
  private static void check(
      Map<String, String> told, String shard, Safetensors file, Path directory) {
    for (String tensor : file.names()) {
      if (!shard.equals(told.get(tensor))) {
        String what =
            told.containsKey(tensor)
                ? "says that it is in " + told.get(tensor)
                : "does not name it";
        throw new ModelException(
            ModelFiles.INDEX + " " + what,
            directory.resolve(shard) + ", tensor " + tensor,
            INDEX_REMEDY);
      }
    }
  }

  private static void refusePickles(Path directory) {
    if (Files.exists(directory.resolve(ModelFiles.WEIGHTS))) {
      return;
    }
    try (DirectoryStream<Path> pickles =
        Files.newDirectoryStream(directory, "*.{bin,pt,pth,ckpt,pkl,bin.index.json}")) {
      for (Path pickle : pickles) {
        throw new ModelException(
            "it is a PyTorch or pickle checkpoint, which can run code when opened, and there is no "
                + ModelFiles.WEIGHTS,
            pickle.toString(),
            REMEDY + " (save_pretrained does so, or safetensors.torch.save_file)");
      }
    } catch (IOException e) {
      throw ModelFiles.unreadable(directory, e);
    }
  }
}
