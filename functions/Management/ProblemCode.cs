namespace Serverless.Management;

/// <summary>Why a management call failed, for scripts. Stable, and listed in the README.</summary>
internal static class ProblemCode
{
    public const string LocalCallersOnly = "local_callers_only";
}
