// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the fields of a JSON object by name, type and bounds. Every deviation is a {@link
 * ModelException} that names the field.
 */
public final class Fields {
  private final ObjectNode object;
  private final String where;
  private final String remedy;
  private final Set<String> read = new HashSet<>();

  Fields(ObjectNode object, String where, String remedy) {
    this.object = object;
    this.where = where;
    this.remedy = remedy;
  }

  /** Returns a text of 1 to {@code longest} characters, none of them a control character. */
  public String text(String name, int longest) {
    return text(get(name), name, longest);
  }

  /** Returns true if the field is there and not null. */
  public boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** Returns true if the field is there and null. */
  public boolean isNull(String name) {
    return object.has(name) && object.get(name).isNull();
  }

  /** Checks the text of a field that has one right value in this version. */
  public void constant(String name, String expected) {
    String actual = text(name, 256);
    if (!actual.equals(expected)) {
      throw wrong(name, "is \"" + actual + "\", this version knows \"" + expected + "\" only");
    }
  }

  /** Returns the field's text, whatever is in it; null if it is not a text. */
  String anyText(String name) {
    return object.path(name).textValue();
  }

  public List<String> texts(String name, int most, int longest) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(name, most)) {
      texts.add(text(element, name, longest));
    }
    return texts;
  }

  public int integer(String name, int least, int most) {
    return (int) integer(get(name), name, least, most);
  }

  public long longInteger(String name, long least, long most) {
    return integer(get(name), name, least, most);
  }

  public List<Long> integers(String name, int count, long least, long most) {
    List<Long> integers = new ArrayList<>();
    for (JsonNode element : array(name, count)) {
      integers.add(integer(element, name, least, most));
    }
    return integers;
  }

  /** Returns a finite number that is not negative. */
  public double magnitude(String name) {
    JsonNode node = get(name);
    double value = node.doubleValue();
    if (!node.isNumber() || !(value >= 0 && value <= Double.MAX_VALUE)) {
      throw wrong(name, "must be a finite number of 0 or more");
    }
    return value;
  }

  /** Returns a finite number of 0 or more, written as text in Java's shortest form. */
  public double decimal(String name) {
    String text = text(name, 32);
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= Double.MAX_VALUE && Double.toString(value).equals(text)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, "is no number: \"" + text + "\"");
    }
    throw wrong(name, "must be a finite number of 0 or more in its shortest form");
  }

  public boolean flag(String name) {
    JsonNode node = get(name);
    if (!node.isBoolean()) {
      throw wrong(name, "must be true or false");
    }
    return node.booleanValue();
  }

  /** Returns the constant of an enum whose name is the field's text. */
  public <E extends Enum<E>> E choice(String name, E[] known) {
    String text = text(name, 32);
    for (E value : known) {
      if (value.name().equals(text)) {
        return value;
      }
    }
    throw wrong(name, "is \"" + text + "\", which this version does not know");
  }

  public Fields object(String name) {
    return asObject(get(name), name);
  }

  public List<Fields> objects(String name, int most) {
    List<Fields> objects = new ArrayList<>();
    for (JsonNode element : array(name, most)) {
      objects.add(asObject(element, name + "[" + objects.size() + "]"));
    }
    return objects;
  }

  public List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Refuses fields that have not been read. */
  public void end() {
    for (String name : names()) {
      if (!read.contains(name)) {
        throw wrong(name, "is unknown to this version");
      }
    }
  }

  public ModelException wrong(String name, String what) {
    return new ModelException("field \"" + name + "\" " + what, where, remedy);
  }

  private JsonNode get(String name) {
    JsonNode node = object.get(name);
    read.add(name);
    if (node == null || node.isNull()) {
      throw wrong(name, "is missing");
    }
    return node;
  }

  private JsonNode array(String name, int most) {
    JsonNode node = get(name);
    if (!node.isArray() || node.size() > most) {
      throw wrong(name, "must be an array of at most " + most + " elements");
    }
    return node;
  }

  private Fields asObject(JsonNode node, String name) {
    if (!(node instanceof ObjectNode inner)) {
      throw wrong(name, "must be an object");
    }
    return new Fields(inner, where + ", " + name, remedy);
  }

  private String text(JsonNode node, String name, int longest) {
    String text = node.textValue();
    if (text == null
        || text.isBlank()
        || text.length() > longest
        || text.chars().anyMatch(Character::isISOControl)) {
      throw wrong(name, "must be text of 1 to " + longest + " printable characters");
    }
    return text;
  }

  private long integer(JsonNode node, String name, long least, long most) {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < least
        || node.longValue() > most) {
      throw wrong(name, "must be a whole number from " + least + " to " + most);
    }
    return node.longValue();
  }
}
