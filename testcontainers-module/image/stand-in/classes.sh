# Functions of ../build: the stand-in's classes. They are compiled outside of target/, which a build by Maven that runs
# at the same time needs for itself.

# Puts into a directory all that the classes are made of.
gather_sources() {
  mkdir -p "$1/java" "$1/resources"
  cp -R "$root/sdk-core/src/main/java/." "$root/sdk-testing/src/main/java/." "$1/java/"
  rm "$1/java/module-info.java" # it would want the modules of all that is not compiled here
  cp -R "$root/sdk-testing/src/main/resources/." "$1/resources/"
  {
    library tools.jackson.core:jackson-core jackson.version
    library org.jspecify:jspecify jspecify.version
  } >"$1/libraries"
}

# Prints the coordinates of a library, whose version is a property of the project.
library() {
  echo "$1:$(sed -n "s|.*<$2>\(.*\)</$2>.*|\1|p" "$root/pom.xml")"
}

# Makes the jars of what was gathered.
compile_classes() {
  local bin=${JAVA_HOME:+$JAVA_HOME/bin/} coordinates
  command -v "${bin}javac" >/dev/null || die "there is no javac; remedy: install a JDK 17 or newer, or set JAVA_HOME to one"
  command -v mvn >/dev/null || die "there is no mvn command; remedy: install Maven 3.8.7 or newer"
  mkdir -p "$1/app/lib" "$work/libraries" "$work/classes"
  while IFS= read -r coordinates; do
    copy_library "$coordinates" "$work/libraries"
  done <"$1/libraries"
  # Only what the stand-in uses: the rest of the module needs JUnit and more.
  quietly "${bin}javac" --release 17 -proc:none -Xlint:none -encoding UTF-8 -d "$work/classes" \
    -cp "$work/libraries/*" -sourcepath "$1/java" "$1/java/io/modelrunner/testing/fake/StandIn.java" ||
    die "the stand-in could not be compiled; remedy: see above"
  quietly "${bin}jar" --create --file "$1/app/lib/stand-in.jar" -C "$work/classes" . -C "$1/resources" .
  cp "$work/libraries"/jackson-core-*.jar "$1/app/lib/jackson-core.jar"
  rm -r "$1/java" "$1/resources" "$1/libraries"
}

# Has Maven bring a library from its local repository, or else from where it finds it.
copy_library() {
  local arguments=(-B -ntp "$(dependency_plugin):copy" "-Dartifact=$1" "-DoutputDirectory=$2")
  (
    cd "$work" # not in a project
    mvn -o "${arguments[@]}" >/dev/null 2>&1 || persistently quietly mvn "${arguments[@]}"
  ) </dev/null || die "$1 could not be had; remedy: see Maven's output above"
}

# Prints the plugin in the version that the project uses.
dependency_plugin() {
  echo "org.apache.maven.plugins:maven-dependency-plugin:$(grep -A 1 '>maven-dependency-plugin<' "$root/pom.xml" |
    sed -n 's|.*<version>\(.*\)</version>.*|\1|p')"
}
