using System.Runtime.CompilerServices;
using Xunit;

namespace Serverless.Tests.Support.Hsm;

/// <summary>A test on SoftHSM2: skipped where that is not installed, failed where CI lacks it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HsmFactAttribute : FactAttribute
{
    public HsmFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = HsmTheoryAttribute.Reason;
        SkipType = typeof(SoftHsm);
        SkipUnless = nameof(SoftHsm.IsExpected);
    }
}

/// <inheritdoc cref="HsmFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HsmTheoryAttribute : TheoryAttribute
{
    internal const string Reason = "SoftHSM2 is not installed: run .ci/tools.sh, or install the package softhsm2 (Homebrew: softhsm).";

    public HsmTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = Reason;
        SkipType = typeof(SoftHsm);
        SkipUnless = nameof(SoftHsm.IsExpected);
    }
}
