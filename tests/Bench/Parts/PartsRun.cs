using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Serverless.Bench.Parts;

/// <summary>Measures the parts with BenchmarkDotNet.</summary>
internal static class PartsRun
{
    // In this process: the other way builds a project of its own beside this one's, and looks for it by the name of the assembly.
    private static readonly IConfig InProcess = ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));

    /// <param name="arguments">Those of BenchmarkDotNet.</param>
    /// <returns>An exit code: not 0 when a part could not be measured, or none was asked for.</returns>
    public static int Run(string[] arguments)
    {
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(PartsRun).Assembly).Run(arguments, InProcess).ToArray();
        return summaries.Length > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
