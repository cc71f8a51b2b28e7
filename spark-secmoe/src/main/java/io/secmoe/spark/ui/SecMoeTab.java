// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.spark.SparkContext;
import org.apache.spark.ui.SparkUI;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import scala.Function0;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.xml.Node;
import scala.xml.Unparsed;

/**
 * A tab with one page. Spark's classes for this are internal, so they are used here and nowhere
 * else.
 */
public final class SecMoeTab extends SparkUITab {
  private final String name;

  private SecMoeTab(SparkUI ui, String prefix, String name) {
    super(ui, prefix);
    this.name = name;
  }

  /**
   * Adds a tab, if the application has a UI.
   *
   * @param prefix first part of its path
   * @param name in the bar at the top
   * @param title above the page
   */
  public static void attach(
      SparkContext spark, String prefix, String name, String title, PageBody body) {
    if (spark.ui().isDefined()) {
      SecMoeTab tab = new SecMoeTab(spark.ui().get(), prefix, name);
      tab.attachPage(new Page(tab, title, body));
      spark.ui().get().attachTab(tab);
    }
  }

  @Override
  public String name() {
    return name;
  }

  private static final class Page extends WebUIPage {
    private final SecMoeTab tab;
    private final String title;
    private final PageBody body;

    Page(SecMoeTab tab, String title, PageBody body) {
      super("");
      this.tab = tab;
      this.title = title;
      this.body = body;
    }

    @Override
    public Seq<Node> render(HttpServletRequest request) {
      String base = UIUtils.prependBaseUri(request, tab.basePath(), "");
      Function0<Seq<Node>> content = () -> new Unparsed(body.html(base));
      return UIUtils.headerSparkPage(
          request, title, content, tab, Option.empty(), false, false, false);
    }
  }
}
