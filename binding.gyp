{
  "targets": [
    {
      "target_name": "fvm",
      "sources": ["<!@(node scripts/lib/addon.mjs sources)"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["<!@(node scripts/lib/addon.mjs defines)"],
      "variables": { "vendor": "<!(node scripts/vendor.mjs)" },
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["<!@(node scripts/lib/addon.mjs cxxflags)"],
      "cflags": ["-isystem", "<(vendor)/include", "<!@(node scripts/lib/addon.mjs cflags)"],
      "libraries": ["<(vendor)/lib/libfvm_vendor.a"],
      "conditions": [
        ["OS=='linux'", {
          "libraries": ["-ldl", "-lpthread", "-lm"],
          "ldflags": ["-Wl,--exclude-libs,ALL", "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,-z,nodelete"]
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
            "GCC_ENABLE_CPP_RTTI": "NO",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "12.0",
            "OTHER_CFLAGS": ["-isystem", "<(vendor)/include", "-Wall", "-Wextra"],
            "DEAD_CODE_STRIPPING": "YES"
          }
        }]
      ],
      "configurations": {
        "Release": { "conditions": [["OS=='linux'", { "ldflags": ["-Wl,--strip-all"] }]] }
      }
    }
  ]
}
