#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "client/app.h"

int main(int argc, char** argv) {
  // What gRPC logs of a failed handshake is told in our own words too.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  amanah::client::Environment environment;
  environment.in = &std::cin;
  environment.out = &std::cout;
  environment.error = &std::cerr;
  environment.in_is_terminal = isatty(STDIN_FILENO) == 1;
  environment.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  environment.error_is_terminal = isatty(STDERR_FILENO) == 1;
  return amanah::client::RunApp(std::vector<std::string>(argv + 1, argv + argc),
                                environment);
}
