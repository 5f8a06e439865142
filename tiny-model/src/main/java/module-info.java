/** Language models of about 1 MB for tests, as resources; begin with {@link io.modelrunner.tinymodel.TinyModel}. */
module io.modelrunner.tinymodel {
    requires static transitive org.jspecify;

    exports io.modelrunner.tinymodel;
}
