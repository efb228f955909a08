using System.Diagnostics;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Infrastructure;

/// <summary>
/// A PATH on which Azure CLI and what else reaches out of the machine are stubs: they write down how they were called and answer as they are
/// told, or with nothing. The last answer that fits is given; one that is given once is then forgotten.
/// </summary>
internal sealed class StubbedTools : IDisposable
{
    // Nothing but what bash has built in: the script calls it some twenty times a run.
    private const string Stub = """
        #!/bin/bash
        call="${0##*/} $*"
        call=${call//$'\n'/ }
        printf '%s%s%s%s\n' "$call" "${UPDATES_PEPPER:+ [pepper]}" "${UPDATES_KEY_VERSIONS:+ [$UPDATES_KEY_VERSIONS]}" \
          "${UPDATES_FRONT_DOOR_NETWORKS:+ [$UPDATES_FRONT_DOOR_NETWORKS]}" >> "$STUBS/calls"
        answers=("$STUBS"/answers/*)
        for ((i = ${#answers[@]} - 1; i >= 0; i--)); do
          lines=()
          while IFS= read -r line || [ -n "$line" ]; do lines+=("$line"); done < "${answers[i]}"
          [[ "$call" == ${lines[2]} ]] || continue
          [ "${lines[1]}" = no ] || rm "${answers[i]}"
          [ "${lines[0]}" -eq 0 ] || exec >&2
          [ "${#lines[@]}" -eq 3 ] || printf '%s\n' "${lines[@]:3}"
          exit "${lines[0]}"
        done
        exit 0

        """;

    private static readonly string[] Stubs = ["az", "dotnet", "curl", "zip", "openssl"];
    private static readonly string[] Real = ["bash", "cat", "cut", "dirname", "grep", "head", "mkdir", "mktemp", "rm", "sleep", "wc"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-stubs-");
    private int _answers;

    public StubbedTools()
    {
        var bin = Directory.CreateDirectory(Bin).FullName;
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "answers"));
        File.WriteAllText(CallsFile, "");
        foreach (var program in Real)
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), Shell.Find(program) ?? throw new InvalidOperationException($"The tests need {program}."));
        }

        var executable = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            executable.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        }

        foreach (var program in Stubs)
        {
            using var file = new StreamWriter(Path.Combine(bin, program), executable);
            file.Write(Stub);
        }
    }

    /// <summary>What was called so far, one line each. What Azure CLI found in its environment stands at the end, the secret as <c>[pepper]</c>.</summary>
    public IReadOnlyList<string> Calls => File.ReadAllLines(CallsFile);

    private string Bin => Path.Combine(_folder.FullName, "bin");

    private string CallsFile => Path.Combine(_folder.FullName, "calls");

    /// <param name="call">The program and its arguments, with <c>*</c> for what does not matter.</param>
    /// <param name="text">To the standard output, or with an <paramref name="exitCode"/> to the error output.</param>
    public StubbedTools Answer(string call, string text, int exitCode = 0, bool once = false)
    {
        var file = Path.Combine(_folder.FullName, "answers", $"{++_answers:D3}");
        File.WriteAllText(file, $"{exitCode}\n{(once ? "yes" : "no")}\n{call}\n{text}");
        return this;
    }

    public StubbedTools Without(string program)
    {
        File.Delete(Path.Combine(Bin, program));
        return this;
    }

    public void Forget() => File.WriteAllText(CallsFile, "");

    /// <summary>Runs <c>infra/deploy.sh</c>.</summary>
    /// <param name="arguments">Without blanks in them.</param>
    /// <param name="typed">A line on its standard input.</param>
    /// <param name="waitSeconds">For what takes time in Azure; 0 for one try.</param>
    public Task<CommandRun> DeployAsync(string arguments, string typed = "", int waitSeconds = 0)
    {
        var script = Path.Combine(Repository.Root, "infra", "deploy.sh");
        var start = new ProcessStartInfo(Path.Combine(Bin, "bash"), ["-c", "printf '%s\\n' \"$TYPED\" | bash \"$SCRIPT\" $ARGUMENTS"]);
        start.Environment.Clear();
        start.Environment["PATH"] = Bin;
        start.Environment["STUBS"] = _folder.FullName;
        start.Environment["SCRIPT"] = script;
        start.Environment["ARGUMENTS"] = arguments;
        start.Environment["TYPED"] = typed;
        start.Environment["UPDATES_WAIT_SECONDS"] = $"{waitSeconds}";
        start.Environment["UPDATES_POLL_SECONDS"] = "0";
        return CommandRun.RunAsync(start, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
