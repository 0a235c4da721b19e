// The program amanahd: its command line and its exit codes.
#ifndef AMANAH_SERVER_APP_H_
#define AMANAH_SERVER_APP_H_

namespace amanah::server {

// 0: done, or stopped in good order. 2: the command line or the configuration.
// 1: anything else. To be called once, before the process has other threads.
int RunApp(int argc, char** argv);

}  // namespace amanah::server

#endif  // AMANAH_SERVER_APP_H_
