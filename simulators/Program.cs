using Hub.Simulators.Commands;

#pragma warning disable RS0030 // the program's entry chooses the real clock
return await Verbs.RunAsync(args, TimeProvider.System);
#pragma warning restore RS0030
