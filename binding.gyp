{
  "targets": [
    {
      "target_name": "tsyncio",
      "conditions": [
        ["OS=='win'", { "type": "none" }, {
          "sources": [
            "native/addon.c",
            "native/address.c",
            "native/args.c",
            "native/constants.c",
            "native/descriptor.c",
            "native/names.c",
            "native/poll.c",
            "native/signals.c",
            "native/socket.c",
            "native/transfer.c",
            "native/watch.c"
          ],
          "cflags": ["-std=c11", "-Wall", "-Wextra", "-Wno-unused-parameter"],
          "xcode_settings": {
            "GCC_C_LANGUAGE_STANDARD": "c11",
            "OTHER_CFLAGS": ["-Wall", "-Wextra", "-Wno-unused-parameter"]
          }
        }]
      ]
    }
  ]
}
