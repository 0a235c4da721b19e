#include <sys/stat.h>

#include "server/app.h"

int main(int argc, char** argv) {
  // What it writes is about people, and nobody else's to read.
  umask(S_IRWXG | S_IRWXO);
  return amanah::server::RunApp(argc, argv);
}
