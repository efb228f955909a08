using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Serverless.Chaos.Servers;

/// <summary>Starts processes with a wall clock that is wrong: a shim that the loader puts before the C library's clock, compiled when first needed.</summary>
internal sealed class SkewedClock(string folder)
{
    private string? _shim;

    /// <summary>False without a C compiler, or off Linux: clocks are then right.</summary>
    public bool IsPossible => _shim is not null;

    public async Task PrepareAsync()
    {
        var shim = Path.Combine(folder, "skew.so");
        var compiler = new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O2", "-o", shim, Path.Combine(AppContext.BaseDirectory, "Servers", "skew.c"), "-ldl"]);
        try
        {
            using var process = OperatingSystem.IsLinux() ? Process.Start(compiler)! : null;
            await (process?.WaitForExitAsync() ?? Task.CompletedTask);
            _shim = process is { ExitCode: 0 } ? shim : null;
        }
        catch (Win32Exception)
        {
            _shim = null;
        }
    }

    public IEnumerable<KeyValuePair<string, string?>> By(TimeSpan skew) => _shim is null ? [] :
    [
        new("LD_PRELOAD", _shim),
        new("CLOCK_SKEW_SECONDS", skew.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)),
    ];
}
