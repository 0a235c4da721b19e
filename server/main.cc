#include "server/app.h"

int main(int argc, char** argv) { return amanah::server::RunApp(argc, argv); }
