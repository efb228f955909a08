using System.Diagnostics;
using System.Text.RegularExpressions;
using Serverless.Tests.Support.Logs;

namespace Serverless.Tests.Support.Processes;

/// <summary>The lines a child process wrote to both its streams, in the order they came.</summary>
internal sealed partial class CapturedOutput
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _standard = [];

    public IReadOnlyList<string> Lines => Copy(_lines);

    public IReadOnlyList<string> StandardLines => Copy(_standard);

    /// <summary>To be called right after the start.</summary>
    public void Follow(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data, standard: true);
        process.ErrorDataReceived += (_, line) => Add(line.Data, standard: false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public override string ToString() => string.Join('\n', Lines);

    private List<string> Copy(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }

    [GeneratedRegex(@"\A\d\d:\d\d:\d\d (trce|dbug|info|warn|fail|crit): ", RegexOptions.CultureInvariant)]
    private static partial Regex LogLine();

    private void Add(string? line, bool standard)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Add(line);
            if (standard)
            {
                _standard.Add(line);
            }
        }

        // What a command prints, or a server greets with, is no log.
        if (!standard || LogLine().IsMatch(line))
        {
            RunLog.Write(line);
        }
    }
}
