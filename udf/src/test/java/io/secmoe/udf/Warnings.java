package io.secmoe.udf;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Listens to what SecMoE's driver side warns of. */
final class Warnings implements AutoCloseable {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final AbstractAppender ear = new AbstractAppender("ear", null, null, true, Property.EMPTY_ARRAY) {
    @Override
    public void append(LogEvent event) {
      heard.add(event.getMessage().getFormattedMessage());
    }
  };

  /** Those about what inferences cost. */
  Warnings() {
    this("io.secmoe.spark.sql.Runs");
  }

  Warnings(String name) {
    logger = (Logger) LogManager.getLogger(name);
    ear.start();
    logger.addAppender(ear);
  }

  long count(String what) {
    return heard.stream().filter(warning -> warning.contains(what)).count();
  }

  @Override
  public void close() {
    logger.removeAppender(ear);
    ear.stop();
  }
}
