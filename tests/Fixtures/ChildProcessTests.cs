using System.Diagnostics;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Fixtures;

/// <summary>Shells stand in for the server here; the end-to-end tests start the real one.</summary>
public sealed class ChildProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_gives_exit_code_and_both_streams()
    {
        var run = await CommandRun.RunAsync(Shell("echo out; echo err >&2; exit 3"), Cancelled);

        Assert.Equal((3, "out"), (run.ExitCode, run.StandardOutput));
        Assert.Equal(["err", "out"], run.Output.Split('\n').Order());
    }

    [Fact]
    public async Task Missing_program_is_named()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => CommandRun.RunAsync(new ProcessStartInfo("no-such-program"), Cancelled));

        Assert.StartsWith("'no-such-program' could not be started", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminated_process_may_finish_its_work()
    {
        await using var process = ChildProcess.Start(Shell("trap 'echo drained; exit 7' TERM; echo ready; while :; do sleep 0.05; done"));
        await Eventually.True(() => process.Output.Lines.Contains("ready"), "The shell should have set its trap.", Deadline);

        process.Terminate();
        var exitCode = await process.ExitAsync(Cancelled).WaitAsync(Deadline, Cancelled);

        Assert.Equal(7, exitCode);
        Assert.Equal(["ready", "drained"], process.Output.Lines);
    }

    [Fact]
    public async Task Killed_process_may_not()
    {
        await using var process = ChildProcess.Start(Shell("trap 'echo drained' TERM EXIT; echo ready; exec sleep 600"));
        await Eventually.True(() => process.Output.Lines.Contains("ready"), "The shell should have started.", Deadline);

        process.Kill();
        var exitCode = await process.ExitAsync(Cancelled).WaitAsync(Deadline, Cancelled);

        Assert.Equal(128 + 9, exitCode);
        Assert.Equal(["ready"], process.Output.Lines);
    }

    [Fact]
    public async Task Disposed_process_is_gone()
    {
        var process = ChildProcess.Start(Shell("exec sleep 600"));
        var id = process.Id;

        await process.DisposeAsync();

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    private static ProcessStartInfo Shell(string script) => new("sh", ["-c", script]);
}
